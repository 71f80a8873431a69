"""A PostgreSQL server of a test's own: in a folder that goes with it, on a socket in that folder."""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

SKIPPED = 77  # what ctest takes for "not run"


def binaries():
    """The folder with initdb and pg_ctl of the newest server that is installed, or None."""
    found = [p for p in glob.glob("/usr/lib/postgresql/*/bin") if os.path.exists(p + "/initdb")]
    found.sort(key=lambda path: int(path.split("/")[4]))
    if found:
        return found[-1]
    program = shutil.which("initdb")
    return os.path.dirname(program) if program and shutil.which("psql") else None


def unprivileged():
    """How a command is run by somebody who is not root, whom the server refuses: prefix and uid."""
    if os.getuid():
        return [], os.getuid()
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"], user.pw_uid
    return None, None


class Server:
    """with Server() as server: server.run(sql). `settings`: lines of postgresql.conf."""

    def __init__(self, settings=("fsync = off", "synchronous_commit = off", "full_page_writes = off")):
        self.settings = settings
        self.binaries = binaries()
        self.prefix, self.uid = unprivileged()
        if not self.binaries or self.prefix is None:
            print("skipped: no PostgreSQL server is installed, or there is nobody to run it as")
            raise SystemExit(SKIPPED)

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="crawler-pg-")
        os.chown(self.folder, self.uid, -1)
        self.data = self.folder + "/data"
        self.environment = dict(os.environ, PGHOST=self.folder, PGUSER="crawler", PGDATABASE="crawler",
                                PGTZ="UTC", PGOPTIONS="-c client_min_messages=warning",
                                PGCLIENTENCODING="UTF8", LC_ALL="C.UTF-8")
        try:
            self.control("initdb", "-D", self.data, "-A", "trust", "-U", "crawler", "-E", "UTF8",
                         "--locale=C.UTF-8", "--no-sync")
            with open(self.data + "/postgresql.conf", "a", encoding="utf-8") as conf:
                conf.write(f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n")
                conf.write("\n".join(self.settings) + "\n")
            self.start()
            subprocess.run([self.binaries + "/createdb", "crawler"], env=self.environment, check=True)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run(self.prefix + [self.binaries + "/pg_ctl", "-D", self.data, "-m", "immediate", "-w",
                                      "stop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       cwd="/", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, folder=None):
        """`folder`: where its socket is to be, if not where it was made."""
        self.control("pg_ctl", "-D", self.data, "-l", self.folder + "/log", "-w", "-o",
                     f"-c unix_socket_directories={folder or self.folder}", "start")

    def stop(self, how):
        self.control("pg_ctl", "-D", self.data, "-m", how, "-w", "stop")

    def processes(self):
        """Its process ids, the first one's first."""
        with open(self.data + "/postmaster.pid", encoding="ascii") as file:
            first = int(file.readline())
        return [first] + [pid for pid, fields in self.stat() if int(fields[1]) == first]

    @staticmethod
    def stat():
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                    yield int(pid), file.read().rsplit(")", 1)[1].split()
            except OSError:
                pass

    def kill(self):
        """As when the machine loses it: nothing is said, nothing written."""
        os.kill(self.processes()[0], signal.SIGSTOP)  # so that it makes no more of them
        pids = self.processes()
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        while any(pid in pids and fields[0] != "Z" for pid, fields in self.stat()):
            time.sleep(0.05)
        for left in [self.data + "/postmaster.pid", *glob.glob(self.folder + "/.s.PGSQL.*")]:
            os.unlink(left)  # else who has not reaped them is in the way

    def set(self, name, value):
        """A setting of the whole server."""
        self.run(f"ALTER SYSTEM SET {name} = '{value}'")
        self.run("SELECT pg_reload_conf()")

    def socket(self):
        return self.folder + "/.s.PGSQL.5432"

    def control(self, program, *arguments):
        done = subprocess.run(self.prefix + [f"{self.binaries}/{program}", *arguments], cwd="/",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            with open(self.folder + "/log", encoding="utf-8", errors="replace") as log:
                raise RuntimeError(f"{program}: {done.stdout}\n{log.read()[-1000:]}")

    def run(self, sql, *options, check=True):
        """psql's output for `sql`; raises where a statement fails."""
        done = subprocess.run([self.binaries + "/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *options],
                              input=sql, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, encoding="utf-8", check=False)
        if check and done.returncode:
            raise RuntimeError(done.stderr.strip())
        return done.stdout

    def hold(self, database, sql):
        """A session that has done `sql` in that database and holds what it got."""
        holder = subprocess.Popen([self.binaries + "/psql", "-Xq", database], env=self.environment, text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        holder.stdin.write(sql + ";\n\\echo held\n")
        holder.stdin.flush()
        while holder.stdout.readline().strip() != "held":
            pass
        return holder

    def ask_for_password(self, password):
        """From now on everybody has to say it; run() does."""
        self.run(f"ALTER ROLE crawler PASSWORD '{password}'")
        with open(self.data + "/pg_hba.conf", "w", encoding="utf-8") as rules:
            rules.write("local all all scram-sha-256\n")
        self.run("SELECT pg_reload_conf()")
        self.environment["PGPASSWORD"] = password

    def make_schema(self, folder):
        """The tables and views of schema/postgres, as the program makes them."""
        files = sorted(glob.glob(folder + "/[0-9]*.sql")) + [folder + "/views.sql"]
        text = "".join(open(name, encoding="utf-8").read() for name in files)
        self.run("BEGIN;\n" + text + "\nCOMMIT;")

    def cpu_seconds(self):
        """Of the server's processes: those that live and those that ended."""
        ticks = 0
        first = self.processes()[0]
        for pid, fields in self.stat():
            if pid == first:
                ticks += sum(map(int, fields[11:15]))
            elif int(fields[1]) == first:
                ticks += sum(map(int, fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")
