"""One connection to a server, asked statement by statement."""
import subprocess

import statements


class Session:
    """`queries`: named statements (statements.read), prepared from the beginning."""

    def __init__(self, server, queries=None):
        self.psql = subprocess.Popen([server.binaries + "/psql", "-XqAt", "-F", " "], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                     env=server.environment, bufsize=1)
        for name, sql in (queries or {}).items():
            self.ask(statements.prepare(name, sql)[0])

    def ask(self, sql):
        """The rows of the answer, or what psql says of an error."""
        self.psql.stdin.write(sql + ";\n\\echo @@\n")
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline().rstrip("\n")) != "@@":
            if not line and self.psql.poll() is not None:
                raise RuntimeError("psql ended")
            lines.append(line)
        return lines

    def end(self):
        self.psql.stdin.close()
        self.psql.wait()
