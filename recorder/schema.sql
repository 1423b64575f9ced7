-- SPDX-License-Identifier: MIT
--
-- schema.sql - the tables of a greenroom trace. docs/trace-format.md tells the rest.
--
-- Try it: sqlite3 x.db < schema.sql. Events lie packed in `chunk`. When a recording has ended and
-- is not too long they are written out as plain rows too: schema_event.sql.
--
-- The text of these statements is part of the format: a reader refuses a file that holds others.
-- Comments inside the parentheses are kept in the file, where .schema shows them.

PRAGMA page_size = 16384;
PRAGMA application_id = 1198681682; -- "GrnR"
PRAGMA user_version = 2;

-- ------------------------------------------------------------------------- about the recording

CREATE TABLE meta ( -- facts about the recording, by name
	name TEXT PRIMARY KEY, -- 'state' ('recording', 'complete'), 'program', 'how_to_read', ...
	value TEXT
) WITHOUT ROWID;

CREATE TABLE loss ( -- events that could not be recorded
	thread INTEGER,
	from_ns INTEGER,
	to_ns INTEGER,
	count INTEGER
);

-- ------------------------------------------------------------- the catalogue: what events mean

CREATE TABLE kind ( -- the catalogue: which kinds of event there are
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	category TEXT NOT NULL,
	sentence TEXT NOT NULL -- {field} stands for the field's value
);

CREATE TABLE field ( -- the catalogue: the fields of each kind of event
	kind INTEGER NOT NULL,
	number INTEGER NOT NULL, -- from 0
	name TEXT NOT NULL,
	type TEXT NOT NULL, -- 'tasklet', 'bytes', 'switch_cause', ...
	is_signed INTEGER NOT NULL,
	position TEXT NOT NULL, -- 'SMALL' (16 bits), 'A' to 'E' (32 bits), 'DE' (D, and E above it)
	meaning TEXT NOT NULL,
	PRIMARY KEY (kind, number)
) WITHOUT ROWID;

CREATE TABLE word ( -- the values of enumerated types
	type TEXT NOT NULL,
	value INTEGER NOT NULL,
	symbol TEXT NOT NULL,
	words TEXT NOT NULL,
	PRIMARY KEY (type, value)
) WITHOUT ROWID;

-- ------------------------------------------------------------ what the numbers in events name

CREATE TABLE string ( -- names, by the number that events give them
	id INTEGER PRIMARY KEY,
	text TEXT NOT NULL
);

CREATE TABLE place ( -- in the source of the traced program
	id INTEGER PRIMARY KEY,
	function TEXT,
	file TEXT,
	line INTEGER,
	address INTEGER -- 0: the program named the place itself
);

CREATE TABLE stack ( -- call stacks: a tree, from the innermost functions outwards; since format 2
	id INTEGER PRIMARY KEY,
	caller INTEGER NOT NULL, -- stack of who has called, a smaller id; 0: nobody
	place INTEGER NOT NULL -- where in its function it stands; 0: there were more, left out
);

CREATE TABLE module ( -- what was loaded
	id INTEGER PRIMARY KEY,
	base INTEGER,
	path TEXT
);

CREATE TABLE thread ( -- the threads of the program
	id INTEGER PRIMARY KEY,
	process INTEGER,
	os_thread INTEGER,
	main INTEGER, -- tasklet; this and all below: since the recording ended
	started_ns INTEGER,
	ended_ns INTEGER,
	events INTEGER,
	switches INTEGER,
	saved_bytes INTEGER
);

CREATE TABLE tasklet ( -- one row a tasklet: its life in numbers (filled at the end)
	id INTEGER PRIMARY KEY,
	name TEXT,
	thread INTEGER,
	creator INTEGER, -- tasklet
	function TEXT,
	place INTEGER, -- where it was created
	created_seq INTEGER,
	created_ns INTEGER,
	ended_seq INTEGER, -- NULL: it had not ended
	ended_ns INTEGER,
	end_cause TEXT, -- symbol of word.type 'end_cause'
	error INTEGER, -- negative errno, 0: none
	switches INTEGER, -- how often it was switched to
	run_ns INTEGER, -- how long it ran
	saves INTEGER, -- how often its slice was saved
	saved_bytes INTEGER,
	saved_max INTEGER,
	blocks INTEGER, -- how often it waited in a channel
	sends INTEGER, -- values handed over
	receives INTEGER
);

CREATE TABLE channel ( -- one row a channel: its life in numbers (filled at the end)
	id INTEGER PRIMARY KEY,
	name TEXT,
	thread INTEGER,
	creator INTEGER, -- tasklet
	size INTEGER, -- bytes of a value
	place INTEGER, -- where it was created
	created_seq INTEGER,
	created_ns INTEGER,
	destroyed_seq INTEGER, -- NULL: it was not destroyed
	destroyed_ns INTEGER,
	transfers INTEGER,
	errors INTEGER, -- transfers of an error in place of a value
	blocks INTEGER,
	balance INTEGER, -- at the end: senders waiting, or receivers waiting if negative
	balance_min INTEGER,
	balance_max INTEGER
);

-- ----------------------------------------------------------------------------- the events, packed

CREATE TABLE chunk ( -- the events, packed column by column
	first_seq INTEGER PRIMARY KEY,
	data BLOB NOT NULL -- columns, predicted, zstd: see codec.c or docs/trace-format.md
);

CREATE TABLE chunk_info ( -- what is in each chunk, at a glance: the coarse timeline
	first_seq INTEGER PRIMARY KEY,
	events INTEGER NOT NULL,
	time_first_ns INTEGER NOT NULL,
	time_last_ns INTEGER NOT NULL,
	switches INTEGER NOT NULL,
	transfers INTEGER NOT NULL,
	saved_bytes INTEGER NOT NULL,
	saved_max INTEGER NOT NULL,
	kinds INTEGER NOT NULL, -- bit k: there are events of kind k (bit 0: of kinds above 62)
	threads INTEGER NOT NULL -- bit t: there are events of threads t, t + 63, ...
);

CREATE TABLE chunk_set ( -- which tasklets and channels are in each chunk
	-- ascending numbers, each as a varint (7 bits a byte, low ones first) of the distance to
	-- the one before
	first_seq INTEGER PRIMARY KEY,
	tasklets BLOB NOT NULL,
	channels BLOB NOT NULL
);

CREATE TABLE keyframe ( -- the state after an event, to start a replay there
	seq INTEGER PRIMARY KEY,
	state BLOB NOT NULL -- zstd
);
