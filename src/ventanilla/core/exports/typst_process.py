"""The child that calls typst: reads its order as JSON from standard input, writes the PDF to standard output.

No Django here: it starts in some tens of milliseconds, and dies alone when a document is too large or never
ends.
"""

import json
import resource
import sys


def main() -> int:
    """0 and the PDF, or 1 and the compiler's message on standard error."""
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    import typst

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


if __name__ == "__main__":
    sys.exit(main())
