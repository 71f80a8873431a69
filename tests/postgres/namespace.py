"""A network namespace whose loopback addresses, 127.0.0.0/8, are those of the host: a crawler in it has an
interface, an address and ports of its own, and meets the same sites. Sockets in files, such as the
server's, are seen from everywhere. Where this may not be made (it takes root) there is none."""
import os
import selectors
import shutil
import socket
import subprocess
import threading

BIND_TO_DEVICE = 25  # SO_BINDTODEVICE


def run(line):
    subprocess.run(line.split(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Namespace:
    """with Namespace() as namespace: its `prefix` stands before a command; empty: there is none."""

    def __init__(self, port=None):
        """`port`: of sites that only answer on the host's loopback device; what comes by the namespace's
        is carried there."""
        self.name = f"crawler{os.getpid()}"
        self.link = f"cr{os.getpid()}"
        self.network = f"10.{200 + os.getpid() % 50}.{os.getpid() // 50 % 250}"
        self.port, self.prefix, self.listener = port, [], None

    def __enter__(self):
        if os.getuid() == 0 and shutil.which("ip") and shutil.which("sysctl"):
            try:
                self.make()
                self.prefix = ["ip", "netns", "exec", self.name]
            except (subprocess.CalledProcessError, OSError):
                self.__exit__()
        return self

    def make(self):
        inside = f"ip -n {self.name}"
        run(f"ip netns add {self.name}")
        run(f"ip link add {self.link} type veth peer name crawler netns {self.name}")
        run(f"ip addr add {self.network}.1/30 dev {self.link}")
        run(f"ip link set {self.link} up")
        run(f"{inside} addr add {self.network}.2/30 dev crawler")
        run(f"{inside} link set crawler up")
        run(f"{inside} link set lo up")
        run(f"sysctl -w net.ipv4.conf.{self.link}.route_localnet=1")
        run(f"ip netns exec {self.name} sysctl -w net.ipv4.conf.crawler.route_localnet=1")
        run(f"{inside} route add 127.0.0.0/8 via {self.network}.1 src {self.network}.2")
        run(f"{inside} route del local 127.0.0.0/8 dev lo table local")
        run(f"{inside} route del local 127.0.0.1 dev lo table local")
        if self.port:
            self.carry()

    def carry(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, BIND_TO_DEVICE, self.link.encode())
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("0.0.0.0", self.port))
        self.listener.listen(1024)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=pass_on, args=(near,), daemon=True).start()

    def __exit__(self, *_):
        self.prefix = []
        if self.listener:
            self.listener.close()
        for line in (f"ip link del {self.link}", f"ip netns del {self.name}"):
            subprocess.run(line.split(), check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def pass_on(near):
    """Bytes between the two ends, until one of them closes: then both are."""
    with near, socket.socket() as far, selectors.DefaultSelector() as ready:
        try:
            far.connect(near.getsockname())
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in ready.select():
                    data = key.fileobj.recv(65536)
                    if not data:
                        return
                    key.data.sendall(data)
        except OSError:
            return
