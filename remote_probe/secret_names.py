"""Which names, flags and shapes on a command line stand for a secret. Too many rather than too few."""

# Anywhere in a name: PGPASSWORD, --db-password, spring.datasource.password, clientSecret.
_ANYWHERE = ("password", "passwd", "passphrase", "passcode", "secret", "apikey", "credential", "bearer")
# The end of one of a name's words: --auth-token, accessToken, storepass, MYSQL_PWD; but not max_tokens or bypass.
_AT_END = ("token", "pass", "pwd", "jwt")
_NOT_SECRET = frozenset(("bypass", "compass"))
_WHOLE = frozenset(("auth", "authorization", "cookie", "sig", "signature", "pin", "passin", "passout", "creds"))
# fmt: off
_KEYS = frozenset((
    "api", "access", "private", "secret", "account", "auth", "shared", "master", "encryption", "signing",
    "license", "storage", "session",
))
# fmt: on
# A name that ends like this points to a secret, or speaks of one, and is none.
_POINTS = frozenset(("file", "path", "dir", "stdin", "prompt", "command", "cmd", "env", "length", "policy", "ttl"))
_DENIALS = frozenset(("no", "ask", "disable"))

_NEVER_IN_NAMES = frozenset("/:?&;,@= ")

# How tokens of well-known services begin.
_TOKEN_STARTS = (
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xox",
    "sk-",
    "sk_live_",
    "AKIA",
    "eyJ",
    "AIza",
    "npm_",
)
_TOKEN_LENGTH = 20

# Short flags by the start of a program's name, with the secret glued on or in the next word. Elsewhere they mean
# something else: `ssh -p 22`, `ps -p 1`, `docker run -p 80:80`.
_GLUED = {
    "7z": "-p",
    "curl": "-u",
    "ipmitool": "-P",
    "ldap": "-w",
    "lftp": "-u",
    "mariadb": "-p",
    "mosquitto_": "-P",
    "mysql": "-p",
    "rar": "-p",
    "sqlcmd": "-P",
    "sshpass": "-p",
    "unzip": "-P",
    "xfreerdp": "/p:",
    "zip": "-P",
}
_NEXT = {
    "bcp": ("-P",),
    "curl": ("-u", "-U", "--user", "--proxy-user"),
    "http": ("-a",),
    "ipmitool": ("-P",),
    "ldap": ("-w",),
    "lftp": ("-u",),
    "login": ("-p",),
    "mongo": ("-p",),
    "mosquitto_": ("-P",),
    "openssl": ("-k", "-K", "-pass"),
    "redis-cli": ("-a",),
    "smbclient": ("-U",),
    "snmp": ("-c", "-A", "-X"),
    "sqlcmd": ("-P",),
    "sshpass": ("-p",),
    "unzip": ("-P",),
    "valkey-cli": ("-a",),
    "zip": ("-P",),
}


def is_secret_name(name):
    """True for the name of an option, variable, header or parameter whose value is a secret."""
    name = name.lstrip("-/")
    if not name or not _NEVER_IN_NAMES.isdisjoint(name):
        return False
    words = name.lower().replace("-", "_").replace(".", "_").split("_")
    if words[-1] in _POINTS or words[0] in _DENIALS:
        return False
    joined = "".join(words)
    if any(part in joined for part in _ANYWHERE) or not _WHOLE.isdisjoint(words):
        return True
    if words[-1].endswith("key") and (words[-1][:-3] in _KEYS or not _KEYS.isdisjoint(words)):
        return True
    return any(word.endswith(_AT_END) and word not in _NOT_SECRET for word in words)


def looks_like_token(word):
    """True for a word that begins as the tokens of well-known services do."""
    return len(word) >= _TOKEN_LENGTH and word.startswith(_TOKEN_STARTS)


def glued_flag(programs, word):
    """The flag at the start of a word that has a secret glued to it, as in `mysql -psecret`; else empty."""
    for start, flag in _GLUED.items():
        if word.startswith(flag) and len(word) > len(flag) and _any_starts(programs, start):
            return flag
    return ""


def is_secret_flag(programs, word):
    """True for a short flag after which, with one of these programs, a secret follows."""
    return any(word in flags and _any_starts(programs, start) for start, flags in _NEXT.items())


def _any_starts(programs, start):
    return any(program.startswith(start) for program in programs)
