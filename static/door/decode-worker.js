// Decodes QR codes off the page's thread. A classic worker: the decoder is an IIFE file. Its two
// addresses come in the query (`js`, `wasm`) and must be ours, for this worker's response alone
// carries 'wasm-unsafe-eval'.

const addressOf = (name) => {
  const url = new URL(new URLSearchParams(self.location.search).get(name), self.location.origin);
  if (url.origin !== self.location.origin) throw new Error(`${name}: not our address`);
  return url.href;
};

importScripts(addressOf('js'));

const wasm = addressOf('wasm');
// Without locateFile the library would load its wasm from a public CDN.
self.ZXingWASM.prepareZXingModule({
  overrides: { locateFile: (path, prefix) => (path.endsWith('.wasm') ? wasm : prefix + path) },
  fireImmediately: true,
});

self.onmessage = async ({ data }) => {
  try {
    const [found] = await self.ZXingWASM.readBarcodes(data, { formats: ['QRCode'], maxNumberOfSymbols: 1 });
    self.postMessage({ text: found?.text || null });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
