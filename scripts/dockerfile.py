"""A Dockerfile as the instructions that it holds."""

import json
import re
import shlex
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Instruction:
    """One of a stage.

    Attributes:
        name: In capitals: COPY.
        flags: `--from=build` as {"from": "build"}.
        words: The rest, of the JSON form as it is, else split as a shell would.
        text: The rest as written.
    """

    name: str
    flags: dict[str, str]
    words: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Stage:
    """From one FROM to the next.

    Attributes:
        base: The image that it starts from.
        name: By which later stages call it; empty without one.
        instructions: In their order.
    """

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, name: str) -> list[Instruction]:
        """Those of one kind."""
        return [one for one in self.instructions if one.name == name]

    def last(self, name: str) -> Instruction | None:
        """The one that counts, of a kind of which the last does."""
        found = self.all(name)
        return found[-1] if found else None


@dataclass(frozen=True)
class Dockerfile:
    """Stages, the last of which is the image."""

    stages: tuple[Stage, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one.

        Raises:
            ValueError: It does not begin with FROM.
        """
        stages: list[Stage] = []
        for line in _lines(text):
            one = _instruction(line)
            if one.name == "FROM":
                named = len(one.words) == 3 and one.words[1].upper() == "AS"
                stages.append(Stage(one.words[0], one.words[2] if named else ""))
            elif stages:
                stages[-1].instructions.append(one)
            elif one.name != "ARG":
                raise ValueError(f"the Dockerfile begins with {one.name}; it must begin with FROM")
        if not stages:
            raise ValueError("the Dockerfile has no FROM")
        return cls(tuple(stages))

    @property
    def image(self) -> Stage:
        """What is shipped."""
        return self.stages[-1]

    @property
    def health(self) -> tuple[str, ...] | None:
        """The command that says whether a container is healthy; None without one."""
        found = self.image.last("HEALTHCHECK")
        if found is None or not found.text.startswith("CMD"):
            return None
        return _words(found.text.removeprefix("CMD").strip())


def _lines(text: str) -> list[str]:
    whole = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\s*\n", " ", whole)
    return [line.strip() for line in joined.splitlines() if line.strip()]


def _instruction(line: str) -> Instruction:
    name, _, rest = line.partition(" ")
    rest = rest.strip()
    flags = {}
    while found := re.match(r"--([\w-]+)(?:=(\S+))?\s*", rest):
        flags[found[1]] = found[2] or ""
        rest = rest[found.end() :]
    return Instruction(name.upper(), flags, _words(rest), rest)


def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text.startswith("[") else tuple(shlex.split(text))
