"""Makes a lock file anew when a version changes, by resolving its dependencies."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import jgo

from messaging.localbroker import jars


def relock(cache: Path) -> tuple[jars.Jar, ...]:
    """Resolve the broker's endpoint with jgo, write its lock file, return its jars.

    `cache` is the folder that jgo may fill. Raise UnusableJarsError when versions are mixed.
    """
    resolved = resolve(jars.ENDPOINT, cache)
    write(jars.LOCK_FILE, resolved, f"`manage.py run_kafka --relock` from {jars.ENDPOINT}")
    return resolved


def resolve(endpoint: str, cache: Path) -> tuple[jars.Jar, ...]:
    """Return the endpoint's jars with all that they need; raises like `relock`."""
    context = _context(cache)
    builder = jgo.env.EnvironmentBuilder(context=context, cache_dir=cache / "environments")
    environment = builder.from_endpoint(endpoint=endpoint)
    if environment.lockfile is None:
        raise jars.UnusableJarsError("the resolver left no lock file")
    locked = environment.lockfile.dependencies
    resolved = (_jar(context, each.groupId, each.artifactId, each.version) for each in locked)
    found = tuple(sorted(resolved, key=lambda jar: jar.line))
    jars.require_one_client(found)
    return found


def named(coordinates: Iterable[str], cache: Path) -> tuple[jars.Jar, ...]:
    """Return the jars of these `group:artifact:version` alone, without what they depend on."""
    context = _context(cache)
    return tuple(_jar(context, *each.split(":")) for each in sorted(coordinates))


def write(lock_file: Path, resolved: Iterable[jars.Jar], origin: str) -> None:
    """Write the lock file; `origin` says in its head what wrote it from what."""
    lines = "".join(f"{jar.line}\n" for jar in resolved)
    lock_file.write_text(f"# Written by {origin}\n{lines}", encoding="utf-8")


def _context(cache: Path) -> "jgo.maven.MavenContext":
    return jgo.maven.MavenContext(repo_cache=cache / "repository")


def _jar(context: "jgo.maven.MavenContext", group: str, artifact: str, version: str) -> jars.Jar:
    component = context.project(group, artifact).at_version(version)
    content = component.artifact().resolve().read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return jars.Jar(group, artifact, version, digest, len(content))
