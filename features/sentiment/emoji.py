"""Emoji that speak for themselves; the reviews that the model learned from hold none of them."""

POSITIVE = frozenset("👍👏🙌👌🤝💪🙏😀😃😄😁😆😊🙂😍🥰😘🤗🤩😇😎😋🥳❤♥💕💖💗💯🌟⭐🎉🌹😻")
NEGATIVE = frozenset("👎😠😡🤬😤😞😟😢😭😩😫😖😣😒🙄😑☹🙁😔😥😓😨😰😱🤮🤢💔💩🖕😾😿")
KNOWN = POSITIVE | NEGATIVE
