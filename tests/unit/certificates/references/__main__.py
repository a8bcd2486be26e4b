from blueprints.certificates import gallery
from blueprints.certificates.pdf import render_one

from . import keep, load, pictured, subject

for key in gallery.templates():
    keep(key, pictured(render_one(*subject(key), load)))
