"""What a place's parts are called: boroughs here, local authorities elsewhere, in all that is printed.

Texts are written for a city of boroughs. Elsewhere their words are replaced as the last step before a page or picture
is written; codes, addresses and names of columns stay.
"""

import re
from dataclasses import dataclass
from functools import cached_property

# Capitals in the middle of a sentence, or before another, are a name: Borough Green.
_AREA = re.compile(r"\bborough(?P<many>s?)\b(?![_/=\-])")
_AREA_FIRST = re.compile(r"(?<![A-Za-z&’'] )\bBorough(?P<many>s?)\b(?! [A-Z&])(?![_/=\-])")
_WHOLE = re.compile(r"\b(?P<the>[Tt]he\s+(?:whole\s+)?)city\b")
# What HTML says is not to be translated is a name.
_NAME = r'<(?:a|th)\b[^>]* translate="no"[^>]*>.*?</(?:a|th)>'
_TOKENS = re.compile(rf"(<script\b[^>]*>.*?</script>|<style\b[^>]*>.*?</style>|{_NAME}|<[^>]*>)", re.DOTALL)
_SPOKEN = re.compile(r'(\b(?:alt|aria-label|content|placeholder|title)=")([^"]*)')
_DATA = '<script type="application/json"'
# Keys are names of columns, and a single word may be one.
_SENTENCE = re.compile(r'"(?:[^"\\]|\\.)* (?:[^"\\]|\\.)*"(?!:)')


@dataclass(frozen=True)
class Terms:
    """The words for a part of a place, for several, and for the whole."""

    area: str = "borough"
    areas: str = "boroughs"
    whole: str = "city"
    is_country: bool = False  # whether made-up data is of a country

    @cached_property
    def _is_usual(self) -> bool:
        return self == Terms()

    def say(self, text: str) -> str:
        if self._is_usual:
            return text

        def name(found: re.Match[str]) -> str:
            return self.areas if found["many"] else self.area

        text = _AREA_FIRST.sub(lambda found: name(found).capitalize(), _AREA.sub(name, text))
        text = text.replace("made-up city", "made-up country") if self.is_country else text
        return _WHOLE.sub(rf"\g<the>{self.whole}", text)

    def say_page(self, html: str) -> str:
        """Return a page in these words: its texts, spoken attributes and the sentences of its data."""
        return html if self._is_usual else "".join(map(self._say_token, _TOKENS.split(html)))

    def _say_token(self, token: str) -> str:
        if token.startswith(_DATA):
            return _SENTENCE.sub(lambda found: self.say(found[0]), token)
        if token.startswith(("<script", "<style")) or re.match(_NAME, token):
            return token
        if token.startswith("<"):
            return _SPOKEN.sub(lambda found: found[1] + self.say(found[2]), token)
        return self.say(token)


BOROUGHS = Terms()
AUTHORITIES = Terms("local authority", "local authorities", "area")
COUNTRY = Terms("local authority", "local authorities", "country", is_country=True)
