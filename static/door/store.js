// What the phone keeps through reload, lock and flat battery: the sealed roster, the log of admissions
// and the queue of what was not sent yet. Only the queue is ours alone: it goes when the server has it.

const NAME = 'ruam-door';
const VERSION = 1;
const MOST = 200; // items in one batch
const ROSTER = ['people', 'retired', 'log', 'names'];

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function build(db) {
  for (const name of ['facts', 'people', 'retired', 'names', 'refused']) db.createObjectStore(name);
  db.createObjectStore('log').createIndex('person', ['find', 'checkpoint']);
  db.createObjectStore('queue', { autoIncrement: true }).createIndex('nonce', 'item.nonce');
}

export class Store {
  #db;

  /** The phone's database. Rejects where the browser forbids one (some private windows). */
  static async open() {
    const store = new Store();
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => build(request.result);
    store.#db = await asked(request);
    store.#db.onversionchange = () => store.#db.close();
    return store;
  }

  /** Run `work(name → object store)` in one transaction; resolves once it is on disk. Only requests of it may be awaited inside. */
  async #run(names, mode, work) {
    const transaction = this.#db.transaction(names, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
    });
    const value = await work((name) => transaction.objectStore(name));
    await done;
    return value;
  }

  fact = (name) => this.#run(['facts'], 'readonly', (store) => asked(store('facts').get(name)));

  putFact = (name, value) => this.#run(['facts'], 'readwrite', (store) => asked(store('facts').put(value, name)));

  /** {person, retiredAt, log} of the code found by `find`; the log is that of the checkpoint. */
  lookUp = (find, checkpoint) =>
    this.#run(['people', 'retired', 'log'], 'readonly', async (store) => {
      const [person, retiredAt, log] = await Promise.all([
        asked(store('people').get(find)),
        asked(store('retired').get(find)),
        asked(store('log').index('person').getAll([find, checkpoint])),
      ]);
      return { person: person ?? null, retiredAt: retiredAt ?? null, log };
    });

  /** Put an item into the queue and, with `entry`, the admission into the log: both or neither. */
  keep = (checkpoint, item, entry = null) =>
    this.#run(['queue', 'log'], 'readwrite', async (store) => {
      if (entry) store('log').put(entry, entry.nonce);
      await asked(store('queue').add({ checkpoint, item }));
    });

  /** Staff let in whom the phone could not verify: the waiting scan says so, under its own number. Resolves to whether it still waits. */
  force = (nonce, entry) =>
    this.#run(['queue', 'log'], 'readwrite', async (store) => {
      const key = await asked(store('queue').index('nonce').getKey(nonce));
      if (key === undefined) return false;
      const row = await asked(store('queue').get(key));
      if (entry) store('log').put(entry, nonce);
      await asked(store('queue').put({ ...row, item: { ...row.item, forced: true, admitted: true } }, key));
      return true;
    });

  /** Mark a scan in the log as undone. */
  annul = (nonce) =>
    this.#run(['log'], 'readwrite', async (store) => {
      const entry = await asked(store('log').get(nonce));
      if (entry) await asked(store('log').put({ ...entry, undone: true }, nonce));
    });

  unsent = () => this.#run(['queue'], 'readonly', (store) => asked(store('queue').count()));

  /** How many people this phone let in at the checkpoint whom the server does not know of yet. */
  unsentIn = (checkpoint) =>
    this.#run(['queue'], 'readonly', async (store) => {
      const rows = await asked(store('queue').getAll());
      return rows.filter(({ item, checkpoint: where }) => where === checkpoint && item.admitted && item.direction !== 'out').length;
    });

  /** The oldest items that go to one of these checkpoints: {checkpoint, items}, or null. Those of another event wait for its QR. */
  nextBatch = (checkpoints) =>
    this.#run(['queue'], 'readonly', async (store) => {
      const rows = (await asked(store('queue').getAll())).filter((row) => checkpoints.includes(row.checkpoint)).slice(0, MOST);
      if (!rows.length) return null;
      const { checkpoint } = rows[0];
      const until = rows.findIndex((row) => row.checkpoint !== checkpoint);
      return { checkpoint, items: rows.slice(0, until < 0 ? rows.length : until).map(({ item }) => item) };
    });

  /** The server has answered these: out of the queue; what it refused is kept apart with its sentence. */
  settle = (results) =>
    this.#run(['queue', 'log', 'refused'], 'readwrite', async (store) => {
      for (const result of results) {
        const key = await asked(store('queue').index('nonce').getKey(result.nonce));
        if (key === undefined) continue;
        if (result.error) store('refused').put({ item: await asked(store('queue').get(key)), message: result.error.message }, result.nonce);
        const entry = await asked(store('log').get(result.nonce));
        if (entry) store('log').put({ ...entry, admitted: result.verdict === 'ok', undone: result.verdict === 'annulled' }, result.nonce);
        await asked(store('queue').delete(key));
      }
    });

  /** Take in one page of the roster. */
  learn = ({ people, retired = [], log = [], names = [], gone = [] }) =>
    this.#run(ROSTER, 'readwrite', async (store) => {
      for (const [find, ...person] of people) store('people').put(person, find);
      for (const [find, at] of retired) {
        store('retired').put(at, find);
        store('people').delete(find);
      }
      for (const [find, nonce, checkpoint, direction, at, gate, undone] of log) {
        store('log').put({ find, nonce, checkpoint, direction, at, gate, admitted: true, undone: Boolean(undone) }, nonce);
      }
      for (const [find, ...name] of names) store('names').put([find, ...name], find);
      if (!gone.length) return;
      for (const [find, id] of await asked(store('names').getAll())) if (gone.includes(id)) store('names').delete(find);
    });

  /** Everybody's name, where the organiser allowed this phone to carry them: [find, registration, name, organisation]. */
  names = () => this.#run(['names'], 'readonly', (store) => asked(store('names').getAll()));

  /** What was kept of the sealed part and the facts goes; what was never sent stays. */
  forget = () =>
    this.#run([...ROSTER, 'facts'], 'readwrite', async (store) => {
      for (const name of [...ROSTER, 'facts']) await asked(store(name).clear());
    });
}
