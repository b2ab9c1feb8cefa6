"""The hashes of package ledger worked out without it (Python 3.11.7, hashlib): python3 hash.py"""
import hashlib


def digest(*fields):
    h = hashlib.sha256()
    for f in fields:
        b = f.encode()
        h.update(len(b).to_bytes(8, "big") + b)
    return h.hexdigest()


genesis = digest("rettidig-ledger/1")
nothing = digest("nothing/1")
print("genesis", genesis)
print("event  ", digest("event/2", "1", "2026-11-20T08:00:00.000000001Z", "anne", "assessor", "view", "c", "æ", "", nothing, nothing, genesis))
print("list   ", digest("citizens/1", "b", "a"))
print("entered", digest("entered/1", digest("citizen/1", "b", "pk1_b", "k1", "2026-11-20T08:00:00.000000001Z", "salt")))
print("request", digest("decision-request/1", "c", "benefit", "", "offer", "", "n"))
