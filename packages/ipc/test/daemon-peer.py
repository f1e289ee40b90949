"""Takes part in the bus with nothing but the standard library: python3 daemon-peer.py <socket>."""
import json
import socket
import sys

bus = socket.socket(socket.AF_UNIX)
bus.connect(sys.argv[1])
lines = bus.makefile("rw", encoding="utf-8", newline="\n")


def say(type, id, payload):
    lines.write(json.dumps({"type": type, "id": id, "payload": payload}) + "\n")
    lines.flush()


def hear(wanted):
    for line in lines:
        message = json.loads(line)
        if message["type"] == "response" and message["payload"]["status"] == "error":
            sys.exit(f"refused: {message}")
        if wanted(message):
            return message
    sys.exit("the daemon closed")


say("client_register", "1", {"client_type": "symposium_app", "capabilities": ["progress_display"], "subscriptions": ["buffer_*"]})
print(hear(lambda message: message["id"] == "1")["payload"]["data"]["client_id"], flush=True)
live = hear(lambda message: message["type"] == "buffer_taskspace_progress")
print(live["payload"]["message"], live["seq"])
say("buffer_replay", "2", {"taskspace_id": live["payload"]["taskspace_id"]})
replay = hear(lambda message: message["id"] == "2")["payload"]["data"]
print([message["id"] for message in replay["messages"]])
say("buffer_acknowledge", "3", {"taskspace_id": live["payload"]["taskspace_id"], "replay_timestamp": replay["replay_timestamp"]})
print(hear(lambda message: message["id"] == "3")["payload"]["data"]["acknowledged"])
