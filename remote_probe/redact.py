"""Takes secrets out of command lines before they leave the host."""

from remote_probe.secret_names import glued_flag, is_secret_flag, is_secret_name, looks_like_token

HIDDEN = "***"
COMMAND_LIMIT = 512
_ARGUMENTS_LIMIT = 128
_DEPTH_LIMIT = 3
_QUOTES = "\"'"
_AROUND_NAMES = "\"'{}[]() \t"
_SCHEMES = frozenset(("basic", "bearer", "digest", "negotiate", "token"))

_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " ")


def command_line(arguments):
    """The arguments of a process as one harmless line: secrets hidden, control characters blanked, length bounded."""
    return one_line(" ".join(redact(arguments[:_ARGUMENTS_LIMIT])), COMMAND_LIMIT)


def one_line(text, limit):
    """Text without control characters, at most `limit` long."""
    return text[:limit].translate(_CONTROLS).strip()


def redact(arguments):
    """The arguments, each secret replaced by `***`."""
    return _redact_words(arguments, set(), 0)


def _redact_words(words, programs, depth):
    redacted = []
    expected = False
    for word in words:
        bare = word.strip(_QUOTES)
        if expected and not bare.startswith("--"):
            # `Authorization: Bearer abc`: the scheme is no secret, what follows it is.
            expected = bare.lower() in _SCHEMES
            redacted.append(word if expected else HIDDEN)
            continue
        expected = _announces(bare, programs)
        redacted.append(word if expected else _redact_word(word, programs, depth))
        programs.add(bare.rpartition("/")[2].lower())
    return redacted


def _announces(word, programs):
    """True when the next word is a secret: `--password`, `-p` of some programs, `X-Api-Key:`, `Bearer`."""
    if word.endswith((":", "=")):
        return is_secret_name(word[:-1])
    if word.lower() == "bearer":
        return True
    if not word.startswith("-") or not {"=", ":", " "}.isdisjoint(word):
        return False
    return is_secret_flag(programs, word) or is_secret_name(word)


def _redact_word(word, programs, depth):
    """One word of a command line; it may be a whole command line itself, as after `sh -c`."""
    if depth < _DEPTH_LIMIT and len(word) > 1 and word[0] in _QUOTES and word[-1] == word[0]:
        return word[0] + _redact_word(word[1:-1], programs, depth + 1) + word[0]
    if looks_like_token(word):
        return HIDDEN
    flag = glued_flag(programs, word)
    if flag:
        return flag + HIDDEN
    assigned = _hide_assigned(word)
    if assigned:
        return assigned
    if not word.isspace() and len(word.split(None, 1)) > 1:
        return _redact_inner(word, programs, depth)
    return _hide_parameters(_hide_userinfo(word))


def _redact_inner(word, programs, depth):
    parts = split_quoted(word) if depth < _DEPTH_LIMIT else word.split()
    if len(parts) == 1:
        # Its quotes are no shell's quotes: JSON, or an apostrophe.
        parts = _hide_parameters(word).split()
    return " ".join(_redact_words(parts, programs, depth + 1))


def split_quoted(text):
    """Words between blanks, those inside quotes held together; the quotes stay."""
    words = []  # type: list[str]
    quote = ""
    open_word = False
    for piece in _at_quotes_and_blanks(text):
        if not quote and piece.isspace():
            open_word = False
            continue
        if open_word:
            words[-1] += piece
        else:
            words.append(piece)
            open_word = True
        if piece in _QUOTES:
            quote = "" if piece == quote else quote or piece
    return words


def _at_quotes_and_blanks(text):
    start = 0
    for at, character in enumerate(text):
        if character in _QUOTES or character.isspace():
            if at > start:
                yield text[start:at]
            yield character
            start = at + 1
    if start < len(text):
        yield text[start:]


def _hide_assigned(word):
    """`--password=x` and `X-Token: x` with all of x hidden, whatever is in it; empty when it is no such word."""
    for sign in "=:":
        name, _, value = word.partition(sign)
        if value and " " not in name.strip() and is_secret_name(name.strip(_AROUND_NAMES)):
            return name + sign + (" " if value[0] == " " else "") + HIDDEN
    return ""


def _hide_userinfo(word):
    """`scheme://user:secret@host` and `user:secret@host` without the secret, wherever they are in the word."""
    first, *others = word.split("://")
    if others:
        return "://".join([first, *map(_hide_authority, others)])
    user, _, host = word.partition("@")
    name, _, secret = user.partition(":")
    return name + ":" + HIDDEN + "@" + host if host and secret and "/" not in user else word


def _hide_authority(text):
    """What follows `://`."""
    end = min((at for at in map(text.find, "/?#,") if at >= 0), default=len(text))
    info, _, host = text[:end].rpartition("@")
    user, _, secret = info.partition(":")
    if secret:
        return user + ":" + HIDDEN + "@" + host + text[end:]
    # A token alone, as in https://TOKEN@github.com.
    return HIDDEN + "@" + host + text[end:] if looks_like_token(user) or len(user) >= 32 else text


def _hide_parameters(word):
    """`…?a=b&token=x` and `Account=a;AccountKey=x` with each secret's value hidden up to the next pair."""
    parts = []
    hiding = False
    for sign, part in _at_separators(word):
        hidden = _hide_pair(part)
        if hidden:
            parts.append(sign + hidden)
        elif not (hiding and "=" not in part and ":" not in part):
            parts.append(sign + part)
        else:
            # The rest of a secret that has a separator in it.
            continue
        hiding = bool(hidden)
    return "".join(parts)


def _at_separators(word):
    """Parts of a word with the separator before each."""
    start, sign = 0, ""
    for at, character in enumerate(word):
        if character in "&;,?":
            yield sign, word[start:at]
            start, sign = at + 1, character
    yield sign, word[start:]


def _hide_pair(part):
    """`--env=DB_PASSWORD=x` as `--env=DB_PASSWORD=***`; empty when nothing in it is a secret."""
    for sign in "=:":
        names = part.split(sign)
        for count, name in enumerate(names[:-1], 1):
            if names[count] and _is_parameter(name.strip(_AROUND_NAMES)):
                return sign.join([*names[:count], HIDDEN])
    return ""


def _is_parameter(name):
    return name in ("key", "code") or is_secret_name(name)
