-- What a session began on, for the person to tell theirs apart: `Firefox · Linux`, or nothing.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
