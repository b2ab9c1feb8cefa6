-- Citizens: the only table that holds the pseudonym. Everything else refers to the random id, and
-- the event that first met a citizen carries the hash of the row here, so that nobody is made somebody else.
CREATE TABLE citizens (
  id         TEXT PRIMARY KEY NOT NULL,
  pseudonym  TEXT NOT NULL UNIQUE,
  key_id     TEXT NOT NULL,
  created_at TEXT NOT NULL,
  seq        INTEGER NOT NULL REFERENCES events (seq) DEFERRABLE INITIALLY DEFERRED, -- of that event, which is written last
  position   INTEGER NOT NULL,            -- among those who entered with it
  salt       BLOB NOT NULL,
  UNIQUE (seq, position)
) STRICT;

CREATE TABLE judgements (
  id         TEXT PRIMARY KEY NOT NULL,
  at         TEXT NOT NULL,
  actor      TEXT NOT NULL,
  citizen    TEXT NOT NULL REFERENCES citizens (id),
  target     TEXT NOT NULL,
  as_of      TEXT NOT NULL,
  answer     TEXT NOT NULL,
  confidence INTEGER NOT NULL,
  note       TEXT NOT NULL,
  salt       BLOB NOT NULL
) STRICT;
CREATE INDEX judgements_who ON judgements (citizen, actor, as_of);

CREATE TABLE scores (
  id           TEXT PRIMARY KEY NOT NULL,
  at           TEXT NOT NULL,
  actor        TEXT NOT NULL,
  citizen      TEXT NOT NULL REFERENCES citizens (id),
  target       TEXT NOT NULL,
  as_of        TEXT NOT NULL,
  status       TEXT NOT NULL,
  model_id     TEXT NOT NULL,
  model_sha256 TEXT NOT NULL,
  mode         TEXT NOT NULL,
  sealed       INTEGER NOT NULL,          -- 1: stored in shadow mode, shown to nobody
  body         BLOB NOT NULL,             -- the JSON, byte for byte as it was answered
  salt         BLOB NOT NULL
) STRICT;
CREATE INDEX scores_who ON scores (citizen, actor, as_of);

CREATE TABLE decisions (
  id          TEXT PRIMARY KEY NOT NULL,
  at          TEXT NOT NULL,
  actor       TEXT NOT NULL,
  citizen     TEXT NOT NULL REFERENCES citizens (id),
  target      TEXT NOT NULL,
  score_id    TEXT REFERENCES scores (id),
  action      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  note        TEXT NOT NULL,
  key_sha256  TEXT NOT NULL,              -- of the idempotency key: the client chose it, so it is not kept
  fingerprint TEXT NOT NULL,              -- of the content, to tell a repeat from another request
  salt        BLOB NOT NULL,
  UNIQUE (actor, key_sha256)
) STRICT;
CREATE INDEX decisions_citizen ON decisions (citizen, at);

CREATE TABLE events (
  seq            INTEGER PRIMARY KEY NOT NULL,
  at             TEXT NOT NULL,
  actor          TEXT NOT NULL,
  role           TEXT NOT NULL,
  action         TEXT NOT NULL,
  citizen        TEXT NOT NULL,           -- empty when the event is about nobody or about several
  detail         TEXT NOT NULL,
  ref            TEXT NOT NULL,           -- id of the judgement, score or decision, or empty
  payload_sha256 TEXT NOT NULL,           -- of that row, or of the list of citizens seen, or of nothing
  entered_sha256 TEXT NOT NULL,           -- of the citizens who were given an id with it, or of nothing
  prev_hash      TEXT NOT NULL,
  hash           TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX events_citizen ON events (citizen, seq);
CREATE INDEX events_actor ON events (actor, seq);
CREATE UNIQUE INDEX events_ref ON events (ref) WHERE ref <> '';

-- Whom an event about several citizens showed, for instance a page of the work list.
CREATE TABLE event_citizens (
  seq      INTEGER NOT NULL REFERENCES events (seq),
  position INTEGER NOT NULL,
  citizen  TEXT NOT NULL REFERENCES citizens (id),
  PRIMARY KEY (seq, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_citizens_citizen ON event_citizens (citizen, seq);

CREATE TRIGGER judgements_no_update BEFORE UPDATE ON judgements BEGIN SELECT RAISE (ABORT, 'judgements is append-only'); END;
CREATE TRIGGER judgements_no_delete BEFORE DELETE ON judgements BEGIN SELECT RAISE (ABORT, 'judgements is append-only'); END;
CREATE TRIGGER scores_no_update BEFORE UPDATE ON scores BEGIN SELECT RAISE (ABORT, 'scores is append-only'); END;
CREATE TRIGGER scores_no_delete BEFORE DELETE ON scores BEGIN SELECT RAISE (ABORT, 'scores is append-only'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE (ABORT, 'decisions is append-only'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE (ABORT, 'decisions is append-only'); END;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE (ABORT, 'events is append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE (ABORT, 'events is append-only'); END;
CREATE TRIGGER event_citizens_no_update BEFORE UPDATE ON event_citizens BEGIN SELECT RAISE (ABORT, 'event_citizens is append-only'); END;
CREATE TRIGGER event_citizens_no_delete BEFORE DELETE ON event_citizens BEGIN SELECT RAISE (ABORT, 'event_citizens is append-only'); END;
CREATE TRIGGER citizens_no_delete BEFORE DELETE ON citizens BEGIN SELECT RAISE (ABORT, 'citizens are never deleted here'); END;
CREATE TRIGGER citizens_no_update BEFORE UPDATE ON citizens BEGIN SELECT RAISE (ABORT, 'a citizen never changes'); END;

-- INSERT OR REPLACE deletes without firing a delete trigger; these stop it before it does.
CREATE TRIGGER citizens_no_replace BEFORE INSERT ON citizens
WHEN EXISTS (SELECT 1 FROM citizens WHERE id = NEW.id OR pseudonym = NEW.pseudonym OR (seq = NEW.seq AND position = NEW.position))
BEGIN SELECT RAISE (ABORT, 'a citizen never changes'); END;
CREATE TRIGGER judgements_no_replace BEFORE INSERT ON judgements WHEN EXISTS (SELECT 1 FROM judgements WHERE id = NEW.id)
BEGIN SELECT RAISE (ABORT, 'judgements is append-only'); END;
CREATE TRIGGER scores_no_replace BEFORE INSERT ON scores WHEN EXISTS (SELECT 1 FROM scores WHERE id = NEW.id)
BEGIN SELECT RAISE (ABORT, 'scores is append-only'); END;
CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id OR (actor = NEW.actor AND key_sha256 = NEW.key_sha256))
BEGIN SELECT RAISE (ABORT, 'decisions is append-only'); END;
CREATE TRIGGER events_in_order BEFORE INSERT ON events WHEN NEW.seq <> (SELECT coalesce (max (seq), 0) + 1 FROM events)
BEGIN SELECT RAISE (ABORT, 'events is append-only, without gaps'); END;
CREATE TRIGGER event_citizens_no_replace BEFORE INSERT ON event_citizens
WHEN EXISTS (SELECT 1 FROM event_citizens WHERE seq = NEW.seq AND position = NEW.position)
BEGIN SELECT RAISE (ABORT, 'event_citizens is append-only'); END;
