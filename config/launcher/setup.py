"""Makes a bare machine able to run Trilho, on the system's Python and nothing else.

Each step leaves a mark, so that a second run takes no time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.launcher.orphans import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOG = ROOT / "var" / "log" / "setup.log"
PIP_CACHE = ROOT / "var" / "pip"
OLDEST_PYTHON = (3, 11)
BUILD_PACKAGES = ("python3-venv", "python3-dev", "libmariadb-dev", "pkg-config", "gcc", "libc6-dev")
DEV_PACKAGES = ("mariadb-server", "chromium", "git")
# What a shell says of a command that Ctrl-C ended.
_INTERRUPTED = 130


class SetupError(Exception):
    """What stands in the way, in one line that says what to do."""


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def main(arguments: list[str]) -> int:
    """Set up for running, or with `--dev` for tests and checks too; return the exit code."""
    die_with_parent()
    try:
        set_up(is_dev="--dev" in arguments)
    except SetupError as error:
        say(f"Set-up stopped: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nSet-up stopped; the next one goes on from here.")
        return _INTERRUPTED
    return 0


def set_up(*, is_dev: bool) -> None:
    """Bring system packages, virtual environment, Python packages and translations up to date."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or later is needed.")
    LOG.parent.mkdir(parents=True, exist_ok=True)
    requirements = ROOT / ("requirements-dev.txt" if is_dev else "requirements.txt")
    if not _is_done(requirements):
        _install_system_packages(BUILD_PACKAGES + (DEV_PACKAGES if is_dev else ()))
        _make_venv()
        _install_python_packages(requirements, is_dev=is_dev)
    subprocess.run([_python(), "-m", "config.launcher.translations"], cwd=ROOT, check=True)


def _python() -> str:
    return str(VENV / "bin" / "python")


def _mark(requirements: Path) -> Path:
    digest = hashlib.sha256(str(sys.version_info[:2]).encode())
    for name in ("requirements.txt", "requirements-dev.txt", "config/launcher/setup.py"):
        digest.update((ROOT / name).read_bytes())
    return VENV / f".{requirements.stem}-{digest.hexdigest()[:16]}"


def _is_done(requirements: Path) -> bool:
    """Tell whether these packages, or the larger set, were installed as they now stand.

    A set that had to leave out mysqlclient counts until the headers are there.
    """
    whole = [_mark(requirements), _mark(ROOT / "requirements-dev.txt")]
    if any(mark.exists() for mark in whole):
        return True
    return _mark_without_mariadb(requirements).exists() and not _has_mariadb_headers()


def _mark_without_mariadb(requirements: Path) -> Path:
    return _mark(requirements).with_suffix(".sqlite")


def _install_system_packages(packages: tuple[str, ...]) -> None:
    """Install what is missing by apt; without apt or the right to use it only say what it is."""
    lacking = [name for name in packages if not _is_installed(name)]
    if not lacking:
        return
    prefix = _apt_prefix()
    if prefix is None:
        say(f"Not installed here: {' '.join(lacking)} (by those names on Debian and Ubuntu).")
        return
    say(f"Installing by apt: {' '.join(lacking)}")
    # RUNLEVEL=1 keeps a package's script from starting its server: we run our own.
    surrounding = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]
    apt = [*prefix, *surrounding, "apt-get", "-q", "-y", "--no-install-recommends"]
    if not _logged([*apt, "update"]) or not _logged([*apt, "install", *lacking]):
        say(f"apt could not install them ({_short(LOG)} says why); going on without.")


def _is_installed(package: str) -> bool:
    if not shutil.which("dpkg-query"):
        return _stands_for(package)
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout == "installed"


def _stands_for(package: str) -> bool:
    """Tell, on a system without dpkg, whether a Debian package's command is there."""
    commands = {
        "libmariadb-dev": "mariadb_config",
        "pkg-config": "pkg-config",
        "gcc": "cc",
        "mariadb-server": "mariadbd",
        "chromium": "chromium",
        "git": "git",
    }
    return shutil.which(commands.get(package, "python3")) is not None


def _apt_prefix() -> list[str] | None:
    """Return what to write before apt-get to be allowed to use it, None where it cannot be."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and not subprocess.run(["sudo", "-n", "true"], check=False).returncode:
        return ["sudo", "-n"]
    if shutil.which("sudo") and sys.stdin.isatty():
        return ["sudo"]
    return None


def _make_venv() -> None:
    if (VENV / "bin" / "pip").exists():
        return
    say("Making the virtual environment .venv")
    if not _logged([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        raise SetupError("python3 -m venv failed; on Debian or Ubuntu: apt install python3-venv.")


def _install_python_packages(requirements: Path, *, is_dev: bool) -> None:
    chosen, mark = requirements, _mark(requirements)
    if not _has_mariadb_headers():
        if is_dev:
            raise SetupError(f"tests need MariaDB's driver; install {' '.join(BUILD_PACKAGES)}.")
        say(
            "MariaDB's headers are missing, so the product runs on SQLite; for MariaDB install"
            f" {' '.join(BUILD_PACKAGES)} and run bin/setup again."
        )
        chosen, mark = _without_mysqlclient(requirements), _mark_without_mariadb(requirements)
    say("Installing Python packages (some minutes the first time)")
    pip = [_python(), "-m", "pip", "install", "--disable-pip-version-check"]
    # A cache of our own goes on where a broken installation stopped, and leaves the home alone.
    pip += ["--cache-dir", str(PIP_CACHE), "-r", str(chosen)]
    if not _logged(pip, shows="Collecting "):
        raise SetupError(f"pip failed; the end of {_short(LOG)}:\n{_tail()}")
    shutil.rmtree(PIP_CACHE, ignore_errors=True)
    mark.touch()


def _has_mariadb_headers() -> bool:
    """Tell whether mysqlclient can be built, or is there already."""
    if not subprocess.run(
        [_python(), "-c", "import MySQLdb"], capture_output=True, check=False
    ).returncode:
        return True
    if not (shutil.which("pkg-config") and shutil.which("cc")):
        return False
    return any(
        not subprocess.run(["pkg-config", "--exists", name], check=False).returncode
        for name in ("libmariadb", "mariadb", "mysqlclient")
    )


def _without_mysqlclient(requirements: Path) -> Path:
    lines = requirements.read_text(encoding="utf-8").splitlines()
    path = LOG.with_name("requirements-sqlite.txt")
    path.write_text("\n".join(line for line in lines if not line.startswith("mysqlclient")))
    return path


def _logged(command: list[str], shows: str = "") -> bool:
    """Run `command` with its output in the log; show lines that begin with `shows` on a terminal.

    Tell whether it succeeded.
    """
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # apt is let finish: a half-configured package would be worse than a late one.
            preexec_fn=None if "apt-get" in command else die_with_parent,  # noqa: PLW1509 - no threads
        ) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            if shows and line.startswith(shows) and sys.stdout.isatty():
                print(f"\r\033[K  {line.strip()[:90]}", end="", flush=True)
    if shows and sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    return process.returncode == 0


def _tail() -> str:
    return "\n".join(LOG.read_text(encoding="utf-8").splitlines()[-15:])


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
