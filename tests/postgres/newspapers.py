"""The demo news world (tests/world) on loopback, for as long as a test needs it."""
import subprocess
import tempfile
import time


class Newspapers:
    """with Newspapers(TOP, BUILD) as papers: `sites` are addresses, `apis` words behind add --kind api."""

    def __init__(self, top, build):
        self.command = [build + "/tests/demo-world", "--with-parent", "--directory", top + "/data/world",
                        "--day", "2026-03-01", "--port", "0"]

    def __enter__(self):
        with tempfile.TemporaryDirectory() as folder:
            line = list(self.command)
            for kind in ("sites", "apis", "truth"):
                line += [f"--{kind}-file", f"{folder}/{kind}"]
            self.process = subprocess.Popen(line, stdout=subprocess.PIPE)
            self.sites, self.apis = [], []
            while not self.sites:  # written whole, once all of them answer
                if self.process.poll() is not None:
                    raise SystemExit("the demo world did not start")
                time.sleep(0.1)
                self.sites = lines_of(folder + "/sites")
            self.apis = [line.split() for line in lines_of(folder + "/apis")]
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def add_to(self, crawler, database):
        subprocess.run([crawler, "add", "-q", "--sites", database, *self.sites], check=True)
        for words in self.apis:
            subprocess.run([crawler, "add", "-q", "--sites", database, "--kind", "api", *words], check=True)


def lines_of(path):
    try:
        with open(path, encoding="utf-8") as lines:
            return [line.strip() for line in lines if line.strip()]
    except FileNotFoundError:
        return []
