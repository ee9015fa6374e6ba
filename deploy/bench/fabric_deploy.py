#!/usr/bin/env python3
"""What the benchmark compares a deployment with: the same by Fabric, on all hosts at once, fifty threads.

usage: fabric_deploy.py KEY ARCHIVE VERSION ROOT PORT...
Each port is an sshd of this machine that stands for a host; the host's folder is ROOT/PORT.
"""
import getpass
import sys
from concurrent.futures import ThreadPoolExecutor

from fabric import Config, Connection

key, archive, version, root, *ports = sys.argv[1:]
config = Config(overrides={"load_ssh_configs": False})


def deploy(port):
    target = f"{root}/{port}"
    with Connection(
        "127.0.0.1", getpass.getuser(), int(port), config=config, connect_kwargs={"key_filename": key, "look_for_keys": False}
    ) as host:
        host.put(archive, f"{target}/{version}.tar.gz")
        host.run(
            f"cd {target} && mkdir -p releases/{version} && tar -xzf {version}.tar.gz -C releases/{version}"
            f" && ln -sfn releases/{version} current.new && mv -T current.new current && test -s current/index.html",
            hide=True,
        )


with ThreadPoolExecutor(50) as pool:
    list(pool.map(deploy, ports))
