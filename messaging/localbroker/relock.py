"""Makes the lock file anew when the broker's version changes, by resolving its dependencies."""

import hashlib
from pathlib import Path

import jgo

from messaging.localbroker import jars


def relock(cache: Path) -> tuple[jars.Jar, ...]:
    """Resolve the endpoint with jgo, write the lock file, return its jars.

    `cache` is the folder that jgo may fill. Raise UnusableJarsError when versions are mixed.
    """
    context = jgo.maven.MavenContext(repo_cache=cache / "repository")
    builder = jgo.env.EnvironmentBuilder(context=context, cache_dir=cache / "environments")
    environment = builder.from_endpoint(endpoint=jars.ENDPOINT)
    if environment.lockfile is None:
        raise jars.UnusableJarsError("the resolver left no lock file")
    locked = environment.lockfile.dependencies
    resolved = tuple(sorted((_jar(context, each) for each in locked), key=lambda jar: jar.line))
    jars.require_one_client(resolved)
    head = f"# Written by `manage.py run_kafka --relock` from {jars.ENDPOINT}\n"
    jars.LOCK_FILE.write_text(head + "".join(f"{jar.line}\n" for jar in resolved), encoding="utf-8")
    return resolved


def _jar(context: "jgo.maven.MavenContext", locked: "jgo.env.LockedDependency") -> jars.Jar:
    component = context.project(locked.groupId, locked.artifactId).at_version(locked.version)
    content = component.artifact().resolve().read_bytes()
    return jars.Jar(
        group=locked.groupId,
        artifact=locked.artifactId,
        version=locked.version,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
