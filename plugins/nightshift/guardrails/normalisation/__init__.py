"""What a text says when no disguise is left, with the way back to the characters that were sent.

reading.py        view(text): takes the disguises off, one after the other
views.py          View, Decoded: what comes out
tricks.py         the closed sets of disguises and encodings
readings.py       all that can be read in a text, for checks that look for strings and for values
alignment.py      rewritten texts that know where each character came from
triage.py         one pass that tells which disguises can occur at all
invisible.py      zero-width, bidirectional, control and tag characters
compatibility.py  NFKC, piled-up accents, typographic quotation marks
references.py     HTML entities and percent encoding
homoglyphs.py     look-alikes of other scripts; confusables.py has the table
spacing.py        letters drawn apart, white space
leet.py           digits and symbols for letters
hidden.py         texts inside texts: codes.py (base64, hex, ...) and ciphers.py (rot13, reversed, upside down)
vocabulary.py     frequent words: what tells a text from noise
"""

from nightshift.guardrails.normalisation.alignment import Aligned
from nightshift.guardrails.normalisation.reading import view
from nightshift.guardrails.normalisation.tricks import Encoding, Trick
from nightshift.guardrails.normalisation.views import Decoded, View

__all__ = ["Aligned", "Decoded", "Encoding", "Trick", "View", "view"]
