"""The art of the built-in certificates. A module draws one design: `background()` and, where it has its own, `emblem()`.

`python -m scripts.art` draws all after a change here. The drawings are kept, because a certificate issued today must look the same when
it is looked at in ten years. All emblems are made up, and none looks like a state's.
"""
