/* SPDX-License-Identifier: MIT */
/*
 * unwind_rule.c - the compiler's unwind tables, as far as a rule of three numbers needs them.
 *
 * An FDE tells of one function, and a CIE what many have in common. Each holds a program that builds
 * a table row by row: for addresses from here on, the canonical frame address (CFA: what the stack
 * pointer was before the call) is that register plus that much, and such registers have been saved
 * there. The program is run up to the row of the address (DWARF 5, 6.4; the encodings in .eh_frame:
 * Linux Standard Base Core, 10.6). All other registers but two are passed over.
 */
#include "unwind_rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#if defined __x86_64__ || defined __aarch64__

/* The numbers that DWARF gives to registers. */
enum {
#ifdef __x86_64__
	STACK_POINTER = 7,
	FRAME_POINTER = 6
#else
	STACK_POINTER = 31,
	FRAME_POINTER = 29
#endif
};

/* Of the compiler's library: the FDE of the function around an address, and where that begins. */
struct dwarf_eh_bases {
	void *text, *data;
	void *function;
};
const void *_Unwind_Find_FDE(void *address, struct dwarf_eh_bases *bases);

enum where { UNSAVED, SAVED, ELSEWHERE, UNDEFINED };

struct saved {
	enum where where;
	int64_t offset; /* SAVED: from the CFA */
};

struct row {
	int64_t cfa_offset;
	uint64_t cfa_register;
	bool cfa_known;
	struct saved return_address, frame_pointer;
};

enum { REMEMBERED_MAX = 8 };

/* The run of a program. */
struct machine {
	const uint8_t *at, *end;
	uint64_t code_factor, return_register;
	int64_t data_factor;
	uintptr_t location, wanted;
	struct row row, initial, remembered[REMEMBERED_MAX];
	int depth;
	bool failed;
};

/* ------------------------------------------------------------------------------------ reading */

static uint64_t read_fixed(struct machine *machine, size_t bytes)
{
	uint64_t value = 0;

	if ((size_t)(machine->end - machine->at) < bytes) {
		machine->failed = true;
		machine->at = machine->end;
		return 0;
	}
	memcpy(&value, machine->at, bytes); /* both processors are little-endian */
	machine->at += bytes;
	return value;
}

/* A number of any length, seven bits a byte; *bits: how many there were, *last: the last byte. */
static uint64_t read_leb128(struct machine *machine, unsigned int *bits, uint64_t *last)
{
	uint64_t value = 0;

	*bits = 0;
	do {
		*last = read_fixed(machine, 1);
		if (*bits < 64)
			value |= (*last & 0x7f) << *bits;
		*bits += 7;
	} while (*last & 0x80);
	return value;
}

static uint64_t read_unsigned(struct machine *machine)
{
	unsigned int bits;
	uint64_t last;

	return read_leb128(machine, &bits, &last);
}

static int64_t read_signed(struct machine *machine)
{
	unsigned int bits;
	uint64_t last, value = read_leb128(machine, &bits, &last);

	if (bits < 64 && last & 0x40)
		value |= ~UINT64_C(0) << bits;
	return (int64_t)value;
}

static void skip_block(struct machine *machine)
{
	uint64_t bytes = read_unsigned(machine);

	if (bytes > (uint64_t)(machine->end - machine->at))
		bytes = (uint64_t)(machine->end - machine->at);
	machine->at += bytes;
}

/* ------------------------------------------------------------------------------------ running */

static void set(struct machine *machine, uint64_t number, enum where where, int64_t offset)
{
	if (number == machine->return_register)
		machine->row.return_address = (struct saved){where, offset};
	if (number == FRAME_POINTER)
		machine->row.frame_pointer = (struct saved){where, offset};
}

static void restore(struct machine *machine, uint64_t number)
{
	if (number == machine->return_register)
		machine->row.return_address = machine->initial.return_address;
	if (number == FRAME_POINTER)
		machine->row.frame_pointer = machine->initial.frame_pointer;
}

static void set_cfa(struct machine *machine, uint64_t number, int64_t offset)
{
	machine->row.cfa_register = number;
	machine->row.cfa_offset = offset;
	machine->row.cfa_known = true;
}

static void remember(struct machine *machine)
{
	if (machine->depth < REMEMBERED_MAX)
		machine->remembered[machine->depth++] = machine->row;
	else
		machine->failed = true;
}

static void recall(struct machine *machine)
{
	if (machine->depth > 0)
		machine->row = machine->remembered[--machine->depth];
	else
		machine->failed = true;
}

static void advance(struct machine *machine, uint64_t by)
{
	machine->location += by * machine->code_factor;
}

/* Those that say what has become of a register. False: it is none of them. */
static bool run_saving(struct machine *machine, unsigned int code)
{
	uint64_t number;

	switch (code) {
	case 0x05: /* DW_CFA_offset_extended */
		number = read_unsigned(machine);
		set(machine, number, SAVED, (int64_t)read_unsigned(machine) * machine->data_factor);
		return true;
	case 0x11: /* DW_CFA_offset_extended_sf */
		number = read_unsigned(machine);
		set(machine, number, SAVED, read_signed(machine) * machine->data_factor);
		return true;
	case 0x2f: /* DW_CFA_GNU_negative_offset_extended */
		number = read_unsigned(machine);
		set(machine, number, SAVED,
		    -(int64_t)read_unsigned(machine) * machine->data_factor);
		return true;
	case 0x06: /* DW_CFA_restore_extended */
		restore(machine, read_unsigned(machine));
		return true;
	case 0x07: /* DW_CFA_undefined */
		set(machine, read_unsigned(machine), UNDEFINED, 0);
		return true;
	case 0x08: /* DW_CFA_same_value */
		set(machine, read_unsigned(machine), UNSAVED, 0);
		return true;
	case 0x09: /* DW_CFA_register */
	case 0x14: /* DW_CFA_val_offset */
		set(machine, read_unsigned(machine), ELSEWHERE, 0);
		read_unsigned(machine);
		return true;
	case 0x15: /* DW_CFA_val_offset_sf */
		set(machine, read_unsigned(machine), ELSEWHERE, 0);
		read_signed(machine);
		return true;
	case 0x10: /* DW_CFA_expression */
	case 0x16: /* DW_CFA_val_expression */
		set(machine, read_unsigned(machine), ELSEWHERE, 0);
		skip_block(machine);
		return true;
	default:
		return false;
	}
}

/* Those that say how the CFA is computed, or where the next row begins. */
static bool run_other(struct machine *machine, unsigned int code)
{
	uint64_t number;

	switch (code) {
	case 0x00: /* DW_CFA_nop */
		return true;
	case 0x02: /* DW_CFA_advance_loc1, 2, 4 */
	case 0x03:
		advance(machine, read_fixed(machine, code - 1));
		return true;
	case 0x04:
		advance(machine, read_fixed(machine, 4));
		return true;
	case 0x0a: /* DW_CFA_remember_state */
		remember(machine);
		return true;
	case 0x0b: /* DW_CFA_restore_state */
		recall(machine);
		return true;
	case 0x0c: /* DW_CFA_def_cfa */
		number = read_unsigned(machine);
		set_cfa(machine, number, (int64_t)read_unsigned(machine));
		return true;
	case 0x12: /* DW_CFA_def_cfa_sf */
		number = read_unsigned(machine);
		set_cfa(machine, number, read_signed(machine) * machine->data_factor);
		return true;
	case 0x0d: /* DW_CFA_def_cfa_register */
		machine->row.cfa_register = read_unsigned(machine);
		return true;
	case 0x0e: /* DW_CFA_def_cfa_offset */
		machine->row.cfa_offset = (int64_t)read_unsigned(machine);
		return true;
	case 0x13: /* DW_CFA_def_cfa_offset_sf */
		machine->row.cfa_offset = read_signed(machine) * machine->data_factor;
		return true;
	case 0x0f: /* DW_CFA_def_cfa_expression */
		machine->row.cfa_known = false;
		skip_block(machine);
		return true;
	case 0x2e: /* DW_CFA_GNU_args_size */
		read_unsigned(machine);
		return true;
	default: /* among them: return addresses are signed from here on (aarch64) */
		return false;
	}
}

/* Runs the program up to the row of the wanted address, or to its end. */
static void run(struct machine *machine)
{
	while (machine->at < machine->end && machine->location <= machine->wanted &&
	       !machine->failed) {
		unsigned int code = (unsigned int)read_fixed(machine, 1);
		unsigned int operand = code & 0x3f;

		switch (code >> 6) {
		case 1: /* DW_CFA_advance_loc */
			advance(machine, operand);
			break;
		case 2: /* DW_CFA_offset */
			set(machine, operand, SAVED,
			    (int64_t)read_unsigned(machine) * machine->data_factor);
			break;
		case 3: /* DW_CFA_restore */
			restore(machine, operand);
			break;
		default:
			if (!run_saving(machine, code) && !run_other(machine, code))
				machine->failed = true;
		}
	}
}

/* ------------------------------------------------------------------------------- the two records */

/* How many bytes a pointer of that encoding takes; 0: that depends. */
static size_t pointer_bytes(unsigned int encoding)
{
	static const uint8_t bytes[8] = {sizeof(void *), 0, 2, 4, 8, 0, 0, 0};

	return encoding == 0xff ? 0 : bytes[encoding & 7];
}

/* The letters say what follows; *encoding gets that of the FDE's addresses. False for a signal's
 * frame, and for what is not known. */
static bool read_augmentation(struct machine *machine, const char *letters, unsigned int *encoding)
{
	const uint8_t *end;
	uint64_t bytes;

	*encoding = 0;
	if (*letters == '\0')
		return true;
	if (*letters != 'z')
		return false;
	bytes = read_unsigned(machine);
	if (bytes > (uint64_t)(machine->end - machine->at))
		return false;
	end = machine->at + bytes;
	for (letters++; *letters; letters++) {
		unsigned int personality;

		switch (*letters) {
		case 'R':
			*encoding = (unsigned int)read_fixed(machine, 1);
			break;
		case 'L':
			read_fixed(machine, 1);
			break;
		case 'P':
			personality = (unsigned int)read_fixed(machine, 1);
			if (pointer_bytes(personality) == 0 || (personality & 0x70) == 0x50)
				return false;
			read_fixed(machine, pointer_bytes(personality));
			break;
		default: /* S: a signal's frame; B: signed return addresses */
			return false;
		}
	}
	machine->at = end;
	return !machine->failed;
}

/* Where a record ends; NULL for the large form. */
static const uint8_t *end_of(const uint8_t *record)
{
	uint32_t bytes;

	memcpy(&bytes, record, sizeof(bytes));
	return bytes == UINT32_MAX ? NULL : record + sizeof(bytes) + bytes;
}

/* Reads the CIE and runs its program. *letters: whether data of the FDE follow its addresses. */
static bool run_common(struct machine *machine, const uint8_t *cie, unsigned int *encoding,
		       bool *letters)
{
	const char *augmentation;
	unsigned int version;

	machine->end = end_of(cie);
	if (!machine->end)
		return false;
	machine->at = cie + 8;
	version = (unsigned int)read_fixed(machine, 1);
	augmentation = (const char *)machine->at;
	machine->at += strnlen(augmentation, (size_t)(machine->end - machine->at) - 1) + 1;
	if (version != 1 && version != 3)
		return false;
	machine->code_factor = read_unsigned(machine);
	machine->data_factor = read_signed(machine);
	machine->return_register = version == 1 ? read_fixed(machine, 1) : read_unsigned(machine);
	*letters = *augmentation == 'z';
	if (!read_augmentation(machine, augmentation, encoding))
		return false;
	machine->location = 0;
	run(machine);
	machine->initial = machine->row;
	return !machine->failed;
}

static bool run_function(struct machine *machine, const uint8_t *fde, uintptr_t function,
			 unsigned int encoding, bool letters)
{
	machine->end = end_of(fde);
	machine->at = fde + 8;
	if (!machine->end || pointer_bytes(encoding) == 0)
		return false;
	read_fixed(machine, 2 * pointer_bytes(encoding)); /* begin and length */
	if (letters)
		skip_block(machine);
	machine->location = function;
	run(machine);
	return !machine->failed;
}

/* ---------------------------------------------------------------------------------- the result */

static bool is_near(const struct saved *saved)
{
	return saved->where == SAVED && saved->offset % (int64_t)sizeof(void *) == 0 &&
	       saved->offset > UNWIND_UNCHANGED && saved->offset <= INT16_MAX;
}

static struct unwind_rule rule_of(const struct row *row)
{
	struct unwind_rule rule = {.kind = UNWIND_COMPLEX};

	if (row->return_address.where == UNDEFINED)
		return (struct unwind_rule){.kind = UNWIND_END};
	if (!row->cfa_known || row->cfa_offset < -(1 << 27) || row->cfa_offset > 1 << 27 ||
	    !is_near(&row->return_address))
		return rule;
	if (row->frame_pointer.where == UNSAVED)
		rule.frame_pointer = UNWIND_UNCHANGED;
	else if (is_near(&row->frame_pointer))
		rule.frame_pointer = (int16_t)row->frame_pointer.offset;
	else
		return rule;
	if (row->cfa_register == STACK_POINTER)
		rule.kind = UNWIND_BY_STACK_POINTER;
	else if (row->cfa_register == FRAME_POINTER)
		rule.kind = UNWIND_BY_FRAME_POINTER;
	rule.caller = (int32_t)row->cfa_offset;
	rule.return_address = (int16_t)row->return_address.offset;
	return rule;
}

struct unwind_rule unwind_rule_find(uintptr_t address)
{
	struct machine machine = {.wanted = address - 1};
	struct dwarf_eh_bases bases = {0};
	const uint8_t *fde = _Unwind_Find_FDE((void *)(address - 1), &bases);
	unsigned int encoding;
	uint32_t distance;
	bool letters;

	if (!fde)
		return (struct unwind_rule){.kind = UNWIND_END};
	memcpy(&distance, fde + 4, sizeof(distance));
	if (!run_common(&machine, fde + 4 - distance, &encoding, &letters) ||
	    !run_function(&machine, fde, (uintptr_t)bases.function, encoding, letters))
		return (struct unwind_rule){.kind = UNWIND_COMPLEX};
	return rule_of(&machine.row);
}

#else

struct unwind_rule unwind_rule_find(uintptr_t address)
{
	(void)address;
	return (struct unwind_rule){.kind = UNWIND_COMPLEX};
}

#endif
