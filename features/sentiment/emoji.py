"""Emoji that speak for themselves; review texts hold too few of them to learn from."""

POSITIVE = frozenset("👍👏🙌👌🤝💪🙏😀😃😄😁😆😊🙂😍🥰😘🤗🤩😇😎😋🥳❤♥💕💖💗💯🌟⭐🎉🌹😻")
NEGATIVE = frozenset("👎😠😡🤬😤😞😟😢😭😩😫😖😣😒🙄😑☹🙁😔😥😓😨😰😱🤮🤢💔💩🖕😾😿")
KNOWN = POSITIVE | NEGATIVE
