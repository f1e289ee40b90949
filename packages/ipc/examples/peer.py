"""A peer in Python: one line of JSON per message. `python3 peer.py SOCKET`"""
import json
import socket
import sys

peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
lines = peer.makefile("rw")


def send(type, payload, id):
    print(json.dumps({"type": type, "id": id, "payload": payload}), file=lines, flush=True)
    return json.loads(lines.readline())


print(send("subscribe", {"subjects": ["team.*"]}, "1")["payload"]["status"])
print(send("buffer.jobs.add", {"run": "tests"}, "2")["payload"]["data"])
print(send("team.hello", "from Python", "3")["payload"])
