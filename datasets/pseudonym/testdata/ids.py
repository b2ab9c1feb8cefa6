"""The ids that TestIDsAreTheKeyedHMACThatPythonGives expects. Python 3, standard library only."""
import base64, hashlib, hmac

key = bytes(range(32))
key_id = hashlib.sha256(b"rettidig key id|" + key).hexdigest()[:8]


def of(text):
    mac = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return "p" + key_id + "_" + base64.b32encode(mac).decode().lower().rstrip("=")


print(key_id)
print(of("cpr:v1|0303381239"))
print(of("borgerid:v1|100000000017"))
