/* SPDX-License-Identifier: MIT */
/*
 * switch_aarch64.S - the switch for 64-bit Arm. The contract stands in switch.h.
 *
 * Callee-saved are x19-x28, the frame record x29, x30, and the low halves of v8-v15: Procedure
 * Call Standard for the Arm 64-bit Architecture (IHI 0055), 6.1.1 and 6.1.2. fpcr holds the
 * rounding mode and belongs to the program.
 *
 *	sp + 160  fpcr, and eight bytes that mean nothing
 *	sp +  96  d8-d15
 *	sp +  16  x19-x28
 *	sp        x29, x30
 *
 * A signed return address (PAC) stays valid: its modifier is the stack pointer, and a slice always
 * comes back to the same addresses.
 */
	.text

	.globl	switch_stack
	.hidden	switch_stack
	.type	switch_stack, %function
	.p2align 4
switch_stack:
	.cfi_startproc
	hint	34			/* bti c */
	stp	x29, x30, [sp, #-176]!
	.cfi_adjust_cfa_offset 176
	.cfi_rel_offset x29, 0
	.cfi_rel_offset x30, 8
	stp	x19, x20, [sp, #16]
	.cfi_rel_offset x19, 16
	.cfi_rel_offset x20, 24
	stp	x21, x22, [sp, #32]
	.cfi_rel_offset x21, 32
	.cfi_rel_offset x22, 40
	stp	x23, x24, [sp, #48]
	.cfi_rel_offset x23, 48
	.cfi_rel_offset x24, 56
	stp	x25, x26, [sp, #64]
	.cfi_rel_offset x25, 64
	.cfi_rel_offset x26, 72
	stp	x27, x28, [sp, #80]
	.cfi_rel_offset x27, 80
	.cfi_rel_offset x28, 88
	stp	d8, d9, [sp, #96]
	.cfi_rel_offset b8, 96
	.cfi_rel_offset b9, 104
	stp	d10, d11, [sp, #112]
	.cfi_rel_offset b10, 112
	.cfi_rel_offset b11, 120
	stp	d12, d13, [sp, #128]
	.cfi_rel_offset b12, 128
	.cfi_rel_offset b13, 136
	stp	d14, d15, [sp, #144]
	.cfi_rel_offset b14, 144
	.cfi_rel_offset b15, 152
	mrs	x19, fpcr
	str	x19, [sp, #160]

	/* x19 keeps the fpcr in force, x29 the stack that is left: while exchange runs, an unwinder
	 * finds the way to it through the CFA rule below. */
	mov	x29, sp
	mov	x9, x1
	mov	x1, sp
	mov	sp, x9
	.cfi_remember_state
	.cfi_def_cfa x29, 176
	blr	x2
	mov	sp, x0
	.cfi_restore_state
	.globl	switch_resume
	.hidden	switch_resume
switch_resume:
	ldr	x9, [sp, #160]
	cmp	x9, x19
	b.eq	1f
	msr	fpcr, x9
1:	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #176
	.cfi_def_cfa sp, 0
	.cfi_restore x19
	.cfi_restore x20
	.cfi_restore x21
	.cfi_restore x22
	.cfi_restore x23
	.cfi_restore x24
	.cfi_restore x25
	.cfi_restore x26
	.cfi_restore x27
	.cfi_restore x28
	.cfi_restore x29
	.cfi_restore x30
	ret
	.cfi_endproc
	.size	switch_stack, . - switch_stack

/* fpcr 0 is round to nearest, no traps: the state at process entry. */
	.globl	switch_forge
	.hidden	switch_forge
	.type	switch_forge, %function
	.p2align 4
switch_forge:
	.cfi_startproc
	hint	34
	sub	x0, x0, #176
	adr	x9, switch_entry
	stp	xzr, x9, [x0]
	stp	xzr, xzr, [x0, #16]
	stp	xzr, xzr, [x0, #32]
	stp	xzr, xzr, [x0, #48]
	stp	xzr, xzr, [x0, #64]
	stp	xzr, xzr, [x0, #80]
	stp	xzr, xzr, [x0, #96]
	stp	xzr, xzr, [x0, #112]
	stp	xzr, xzr, [x0, #128]
	stp	xzr, xzr, [x0, #144]
	stp	xzr, xzr, [x0, #160]
	ret
	.cfi_endproc
	.size	switch_forge, . - switch_forge

/* An unwinder looks up the address before a return address; the nop keeps it in this function also
 * for the forged frame, whose return address is switch_entry itself. */
	.globl	switch_entry
	.hidden	switch_entry
	.type	switch_entry, %function
	.p2align 4
	.cfi_startproc
	.cfi_undefined x30
	nop
switch_entry:
	bl	tasklet_enter
	brk	#1
	.cfi_endproc
	.size	switch_entry, . - switch_entry

	.section .note.GNU-stack, "", %progbits

/* Every indirect target above is marked (bti c): say so, or the linker drops BTI from the whole
 * object. */
	.section .note.gnu.property, "a"
	.p2align 3
	.long	4
	.long	16
	.long	5
	.asciz	"GNU"
	.long	0xc0000000
	.long	4
	.long	1
	.long	0
