"""The child that calls typst: reads its order as JSON from standard input, writes the PDF to standard output.

An order of many (`inputs`, names of data files) is written to `out-<n>.pdf` in its folder, by one compiler that loads fonts once.

No Django here: it starts in some tens of milliseconds, and dies alone when a document is too large or never
ends.
"""

import json
import resource
import sys
from typing import Any


def main() -> int:
    """0 and the PDF, or 1 and the compiler's message on standard error."""
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    import typst

    if "inputs" in order:
        return _many(order)
    try:
        pdf = typst.compile(
            order["main"],
            root=order["root"],
            font_paths=order["fonts"],
            ignore_system_fonts=False,
            format="pdf",
            pdf_standards=order["standards"],
            package_path=order["root"],
            package_cache_path=order["root"],
            timestamp=order["timestamp"],
        )
    except (typst.TypstError, RuntimeError, MemoryError) as error:
        sys.stderr.write(f"{error}\n{getattr(error, 'diagnostic', '')}")
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


def _many(order: dict[str, Any]) -> int:
    import typst

    compiler = typst.Compiler(order["main"], root=order["root"], font_paths=order["fonts"], package_path=order["root"],
                              package_cache_path=order["root"])
    try:
        for number, name in enumerate(order["inputs"]):
            compiler.compile(order["main"], output=f"{order['root']}/out-{number}.pdf", format="pdf", sys_inputs={"data": name},
                             pdf_standards=order["standards"], timestamp=order["timestamp"])
    except (typst.TypstError, RuntimeError, MemoryError) as error:
        sys.stderr.write(f"{error}\n{getattr(error, 'diagnostic', '')}")
        return 1
    sys.stdout.write("%PDF")
    return 0


if __name__ == "__main__":
    sys.exit(main())
