-- SPDX-License-Identifier: MIT
--
-- schema_event.sql - events as plain rows, and views of them for people.
--
-- When a recording ends with few enough events this is run, `event` is filled from the chunks, and
-- a view per kind of event is made from the catalogue: `tasklet_switch`, `channel_transfer`, ...
-- Those have the columns seq, time_ns, thread and the kind's fields; the views here put together
-- what is asked for most.

CREATE TABLE event ( -- every event as a plain row; the views say what its columns mean
	seq INTEGER PRIMARY KEY,
	time_ns INTEGER NOT NULL,
	thread INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	small INTEGER NOT NULL,
	a INTEGER NOT NULL,
	b INTEGER NOT NULL,
	c INTEGER NOT NULL,
	d INTEGER NOT NULL,
	e INTEGER NOT NULL
);

CREATE TABLE mark ( -- what the program said with trace_mark
	seq INTEGER PRIMARY KEY,
	time_ns INTEGER NOT NULL,
	thread INTEGER NOT NULL,
	tasklet INTEGER NOT NULL,
	place INTEGER NOT NULL,
	text TEXT NOT NULL
);

-- Each switch, with what was copied to make room: the saves before the thread's next switch.
CREATE VIEW switch AS -- every switch: who stopped, who went on, why, where
SELECT seq, time_ns, thread, prev, prev_name, next, next_name, cause, mode, channel, channel_name,
	place_text AS place,
	(SELECT coalesce(sum(bytes), 0) FROM slice_save AS save
	 WHERE save.thread = tasklet_switch.thread AND save.seq > tasklet_switch.seq
	 AND save.seq < coalesce((SELECT later.seq FROM tasklet_switch AS later
		WHERE later.thread = tasklet_switch.thread AND later.seq > tasklet_switch.seq
		ORDER BY later.seq LIMIT 1), 9223372036854775807)) AS saved_bytes
FROM tasklet_switch;

-- Each copy of a slice to the heap.
CREATE VIEW save AS -- every copy of a stack to the heap
SELECT seq, time_ns, thread, tasklet, tasklet_name, bytes, kept, address
FROM slice_save;

-- Each value handed over.
CREATE VIEW transfer AS -- every value that went through a channel
SELECT seq, time_ns, thread, channel, channel_name, sender, sender_name, receiver, receiver_name,
	wake, balance, place_text AS place
FROM channel_transfer;
