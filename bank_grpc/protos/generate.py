"""Makes the Python modules of the .proto files; a test holds the two together."""

import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
SOURCES: Final = ("payment.proto", "bank.proto")
_PACKAGE: Final = "bank_grpc/protos"


def generate(target: Path) -> None:
    """Write the modules and their stubs under `target`/bank_grpc/protos; raise RuntimeError."""
    import grpc_tools  # noqa: PLC0415 - a development tool, not there at run time
    from grpc_tools import protoc  # noqa: PLC0415

    well_known = Path(grpc_tools.__file__).parent / "_proto"
    programs = Path(sys.executable).parent
    code = protoc.main(
        [
            "protoc",
            f"--proto_path={_PACKAGE}={FOLDER}",
            f"--proto_path={well_known}",
            f"--plugin=protoc-gen-mypy={programs / 'protoc-gen-mypy'}",
            f"--plugin=protoc-gen-mypy_grpc={programs / 'protoc-gen-mypy_grpc'}",
            f"--python_out={target}",
            f"--grpc_python_out={target}",
            f"--mypy_out=quiet:{target}",
            f"--mypy_grpc_out=quiet:{target}",
            *(f"{_PACKAGE}/{name}" for name in SOURCES),
        ]
    )
    if code:
        raise RuntimeError(f"protoc ended with {code}")


if __name__ == "__main__":
    generate(FOLDER.parents[1])
    sys.exit(0)
