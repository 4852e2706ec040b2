"""Text to the token ids of an uncased BERT: WordPiece (Wu et al., 2016, section 4.1), greedy, longest piece first.

Words are what white space and punctuation part, in lower case and without accents; a word's pieces after the first are
spelled ##like in the vocabulary, and a word that the vocabulary cannot spell is one [UNK].
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

CLS = "[CLS]"
SEP = "[SEP]"
UNKNOWN = "[UNK]"
LONGEST_WORD = 100

# Han characters stand for words of their own: first and last of each block.
HAN_BLOCKS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def read_vocabulary(file: Path) -> dict[str, int]:
    """The id of each entry: its line, from 0."""
    lines = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return {entry: line for line, entry in enumerate(lines)}


def stands_alone(character: str) -> bool:
    """Punctuation, all ASCII symbols among it, and Han characters."""
    code = ord(character)
    ascii_symbol = 33 <= code <= 126 and not character.isalnum()
    return (
        ascii_symbol
        or unicodedata.category(character).startswith("P")
        or any(first <= code <= last for first, last in HAN_BLOCKS)
    )


def normalize_character(character: str) -> str:
    """What is left of a character: nothing of a control character, a blank of any other white space."""
    if character in "\t\n\r":
        return " "
    if ord(character) in (0, 0xFFFD) or unicodedata.category(character).startswith("C"):
        return ""
    return " " if unicodedata.category(character) == "Zs" else character


def split_words(text: str) -> list[str]:
    """Words and single symbols, in lower case, without accents."""
    clean = "".join(normalize_character(character) for character in text).lower()
    bare = (character for character in unicodedata.normalize("NFD", clean) if unicodedata.category(character) != "Mn")
    return "".join(f" {character} " if stands_alone(character) else character for character in bare).split()


class WordPiece:
    """The tokenizer of one vocabulary."""

    def __init__(self, vocabulary: Path) -> None:
        """Reads the vocabulary, one entry a line."""
        self._ids = read_vocabulary(vocabulary)

    def _piece_ids(self, word: str) -> Iterator[int]:
        start = 0
        while start < len(word):
            prefix = "##" if start > 0 else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self._ids), None)
            if end is None:
                raise KeyError(word)
            yield self._ids[prefix + word[start:end]]
            start = end

    def word_ids(self, word: str) -> list[int]:
        """Ids of the pieces of one word."""
        if len(word) > LONGEST_WORD:
            return [self._ids[UNKNOWN]]
        try:
            return list(self._piece_ids(word))
        except KeyError:
            return [self._ids[UNKNOWN]]

    def encode(self, text: str, longest: int) -> list[int]:
        """[CLS], the text's pieces and [SEP], `longest` ids at the most: the end of the text is cut off."""
        pieces = [piece for word in split_words(text) for piece in self.word_ids(word)]
        return [self._ids[CLS], *pieces[: longest - 2], self._ids[SEP]]
