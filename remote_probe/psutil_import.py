"""Finds psutil on the host, and names the systems that it is another one on."""

LINUX = "linux"
MACOS = "macos"
FREEBSD = "freebsd"
WINDOWS = "windows"

_SYSTEMS = (("linux", LINUX), ("darwin", MACOS), ("freebsd", FREEBSD), ("win32", WINDOWS))
_OLDEST = (5, 0)


def system_of(platform):
    """The system out of `sys.platform`; any other one as it calls itself."""
    return next((system for start, system in _SYSTEMS if platform.startswith(start)), platform)


def import_psutil():
    """psutil, from wherever this host's Python keeps packages.

    Raises:
        ImportError: there is none, it is broken, or too old; the text says which.
    """
    try:
        psutil = _import()
    except ImportError:
        # The probe was started without a look for site-packages, and without the login's own ones.
        import site

        site.main()
        site.addsitedir(site.getusersitepackages())
        psutil = _import()
    version = tuple(psutil.version_info)
    if version < _OLDEST:
        found = ".".join(map(str, version))
        raise ImportError("psutil %s is too old: %d.%d or newer is needed." % (found, *_OLDEST))
    return psutil


def _import():
    try:
        import psutil
    except (OSError, RuntimeError, AttributeError, ValueError) as error:
        # Built for another system or another Python.
        raise ImportError("psutil cannot be loaded: %s: %s" % (type(error).__name__, error)) from error
    return psutil
