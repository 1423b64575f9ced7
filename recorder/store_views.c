/* SPDX-License-Identifier: MIT */
/*
 * store_views.c - a view for each kind of event, with the kind's fields as columns.
 *
 * Made from the tables `kind`, `field` and `word`, not from event.def, so that a file's views can
 * be made again, letter by letter, whichever version wrote it. That is also why what is generated
 * here may not change: it is part of the format.
 *
 * A field becomes a column of its name; besides, by its type,
 *
 *     tasklet, channel   a column NAME_name
 *     place              a column NAME_text: "function (file:line)"
 *     name               the string itself
 *     enumerations       the symbol of the value, as in word.symbol, or the bare value
 *     text               the characters (right for ASCII; table `mark` has whole texts)
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "store_private.h"

enum { IDENTIFIER_MAX = 40 };

/* What goes into a statement unquoted. */
static bool is_identifier(const char *text)
{
	size_t length = text ? strlen(text) : 0;

	if (length == 0 || length > IDENTIFIER_MAX || !islower((unsigned char)text[0]))
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned char letter = (unsigned char)text[i];

		if (!(islower(letter) || isdigit(letter) || letter == '_') || letter >= 0x80)
			return false;
	}
	return true;
}

/* The field's value as an expression over the columns of `event`; NULL for a position that is none. */
static const char *value_of(const char *position, bool is_signed)
{
	static const struct {
		const char *position, *value, *value_signed;
	} values[] = {
		{"SMALL", "small", "(small - (small > 32767) * 65536)"},
		{"A", "a", "(a - (a > 2147483647) * 4294967296)"},
		{"B", "b", "(b - (b > 2147483647) * 4294967296)"},
		{"C", "c", "(c - (c > 2147483647) * 4294967296)"},
		{"D", "d", "(d - (d > 2147483647) * 4294967296)"},
		{"E", "e", "(e - (e > 2147483647) * 4294967296)"},
		{"DE", "(e << 32 | d)", "(e << 32 | d)"},
		{"BC", "(c << 32 | b)", "(c << 32 | b)"},
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (position && strcmp(position, values[i].position) == 0)
			return is_signed ? values[i].value_signed : values[i].value;
	}
	return NULL;
}

static void add_text(sqlite3_str *sql, const char *name)
{
	static const char columns[] = "abcde";

	sqlite3_str_appendall(sql, ", substr(char(");
	for (int i = 0; i < EVENT_TEXT_BYTES; i++)
		sqlite3_str_appendf(sql, "%s%c >> %d & 255", i ? ", " : "", columns[i / 4],
				    i % 4 * 8);
	sqlite3_str_appendf(sql, "), 1, small) AS %s", name);
}

static int add_column(sqlite3_str *sql, const char *name, const char *type, const char *value,
		      bool is_enumeration)
{
	if (!is_identifier(name) || !is_identifier(type) || !value)
		return -EBADMSG;
	if (is_enumeration)
		sqlite3_str_appendf(sql,
				    ", coalesce((SELECT symbol FROM word WHERE type = '%s'"
				    " AND value = %s), %s) AS %s",
				    type, value, value, name);
	else if (strcmp(type, "name") == 0)
		sqlite3_str_appendf(sql, ", (SELECT text FROM string WHERE id = %s) AS %s", value,
				    name);
	else if (strcmp(type, "text") == 0)
		add_text(sql, name);
	else
		sqlite3_str_appendf(sql, ", %s AS %s", value, name);

	if (strcmp(type, "tasklet") == 0 || strcmp(type, "channel") == 0)
		sqlite3_str_appendf(sql, ", (SELECT name FROM %s WHERE id = %s) AS %s_name", type,
				    value, name);
	else if (strcmp(type, "place") == 0)
		sqlite3_str_appendf(sql,
				    ", (SELECT function || ' (' || file || ':' || line || ')'"
				    " FROM place WHERE id = %s) AS %s_text",
				    value, name);
	return 0;
}

/* The statement for one kind; NULL and *result when the catalogue makes no sense. */
static char *view_statement(sqlite3_stmt *fields, int64_t kind, const char *name, int *result)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);

	sqlite3_str_appendf(sql, "%s AS SELECT seq, time_ns, thread", name);
	sqlite3_bind_int64(fields, 1, kind);
	while (*result == 0 && sqlite3_step(fields) == SQLITE_ROW)
		*result = add_column(sql, (const char *)sqlite3_column_text(fields, 0),
				     (const char *)sqlite3_column_text(fields, 1),
				     value_of((const char *)sqlite3_column_text(fields, 2),
					      sqlite3_column_int(fields, 3)),
				     sqlite3_column_int(fields, 4));
	/* Not every row that does not come is the end. */
	if (sqlite3_reset(fields) != SQLITE_OK && *result == 0)
		*result = store_errno(sqlite3_db_handle(fields));
	sqlite3_str_appendf(sql, " FROM event WHERE kind = %lld", (long long)kind);
	if (*result == 0 && sqlite3_str_errcode(sql) != SQLITE_OK)
		*result = -ENOMEM;
	return sqlite3_str_finish(sql);
}

int store_views_each(sqlite3 *db, store_view_fn *each, void *context)
{
	sqlite3_stmt *kinds = store_prepare(db, "SELECT id, name FROM kind ORDER BY id LIMIT 1000");
	sqlite3_stmt *fields =
		store_prepare(db, "SELECT name, type, position, is_signed,"
				  " EXISTS(SELECT 1 FROM word WHERE word.type = field.type)"
				  " FROM field WHERE kind = ? ORDER BY number LIMIT 20");
	int result = kinds && fields ? 0 : store_errno(db);

	while (result == 0 && sqlite3_step(kinds) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(kinds, 1);
		char *statement;

		if (!is_identifier(name)) {
			result = -EBADMSG;
			break;
		}
		statement = view_statement(fields, sqlite3_column_int64(kinds, 0), name, &result);
		if (result == 0)
			result = each(context, name, statement);
		sqlite3_free(statement);
	}
	if (sqlite3_finalize(kinds) != SQLITE_OK && result == 0)
		result = store_errno(db);
	sqlite3_finalize(fields);
	return result;
}
