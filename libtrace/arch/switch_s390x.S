/* SPDX-License-Identifier: MIT */
/*
 * switch_s390x.S - the switch for 64-bit z/Architecture. The contract stands in switch.h.
 *
 * Callee-saved are r6-r13, r15 and f8-f15; r14 says where to return to: ELF Application Binary
 * Interface, s390x Supplement, 1.2.1. Of the vector registers only the halves that are f8-f15
 * are. fpc holds the rounding mode and belongs to the program; its flags go with it.
 *
 * Every frame begins with 160 bytes that the function it calls may write (1.2.2): here r6-r15, as
 * that function's prologue would. They lie above our own stack pointer, so they are part of the
 * slice; exchange gets 160 bytes on the side stack, tasklet_enter 160 below the base.
 *
 *	sp + 120  r6-r15, at 48 of the caller's frame
 *	sp +  72  the caller's frame
 *	sp +  64  fpc, and four bytes that mean nothing
 *	sp        f8-f15
 */
	.text

	.globl	switch_stack
	.hidden	switch_stack
	.type	switch_stack, @function
	.p2align 4
switch_stack:
	.cfi_startproc
	stmg	%r6, %r15, 48(%r15)
	.cfi_rel_offset %r6, 48
	.cfi_rel_offset %r7, 56
	.cfi_rel_offset %r8, 64
	.cfi_rel_offset %r9, 72
	.cfi_rel_offset %r10, 80
	.cfi_rel_offset %r11, 88
	.cfi_rel_offset %r12, 96
	.cfi_rel_offset %r13, 104
	.cfi_rel_offset %r14, 112
	.cfi_rel_offset %r15, 120
	aghi	%r15, -72
	.cfi_adjust_cfa_offset 72
	std	%f8, 0(%r15)
	.cfi_rel_offset %f8, 0
	std	%f9, 8(%r15)
	.cfi_rel_offset %f9, 8
	std	%f10, 16(%r15)
	.cfi_rel_offset %f10, 16
	std	%f11, 24(%r15)
	.cfi_rel_offset %f11, 24
	std	%f12, 32(%r15)
	.cfi_rel_offset %f12, 32
	std	%f13, 40(%r15)
	.cfi_rel_offset %f13, 40
	std	%f14, 48(%r15)
	.cfi_rel_offset %f14, 48
	std	%f15, 56(%r15)
	.cfi_rel_offset %f15, 56
	stfpc	64(%r15)

	/* r10 keeps the fpc in force, r11 the stack that is left: while exchange runs, an unwinder
	 * finds the way to it through the CFA rule below. */
	l	%r10, 64(%r15)
	lgr	%r11, %r15
	.cfi_remember_state
	.cfi_def_cfa %r11, 232
	lay	%r15, -160(%r3)
	lgr	%r3, %r11
	basr	%r14, %r4
	lgr	%r15, %r2
	.cfi_restore_state
	.globl	switch_resume
	.hidden	switch_resume
switch_resume:
	c	%r10, 64(%r15)
	je	1f
	lfpc	64(%r15)
1:	ld	%f8, 0(%r15)
	ld	%f9, 8(%r15)
	ld	%f10, 16(%r15)
	ld	%f11, 24(%r15)
	ld	%f12, 32(%r15)
	ld	%f13, 40(%r15)
	ld	%f14, 48(%r15)
	ld	%f15, 56(%r15)
	lmg	%r6, %r15, 120(%r15)
	.cfi_def_cfa_offset 160
	.cfi_restore %r6
	.cfi_restore %r7
	.cfi_restore %r8
	.cfi_restore %r9
	.cfi_restore %r10
	.cfi_restore %r11
	.cfi_restore %r12
	.cfi_restore %r13
	.cfi_restore %r14
	.cfi_restore %r15
	.cfi_restore %f8
	.cfi_restore %f9
	.cfi_restore %f10
	.cfi_restore %f11
	.cfi_restore %f12
	.cfi_restore %f13
	.cfi_restore %f14
	.cfi_restore %f15
	br	%r14
	.cfi_endproc
	.size	switch_stack, . - switch_stack

/* fpc 0 is round to nearest, no traps: the state at process entry. */
	.globl	switch_forge
	.hidden	switch_forge
	.type	switch_forge, @function
	.p2align 4
switch_forge:
	.cfi_startproc
	lay	%r3, -160(%r2)
	aghi	%r2, -232
	xc	0(232, %r2), 0(%r2)
	larl	%r1, switch_entry
	stg	%r1, 112(%r3)
	stg	%r3, 120(%r3)
	br	%r14
	.cfi_endproc
	.size	switch_forge, . - switch_forge

/* An unwinder looks up the address before a return address; the nop keeps it in this function also
 * for the forged frame, whose return address is switch_entry itself. */
	.globl	switch_entry
	.hidden	switch_entry
	.type	switch_entry, @function
	.p2align 4
	.cfi_startproc
	.cfi_undefined %r14
	nopr	%r7
switch_entry:
	brasl	%r14, tasklet_enter
	j	.+2
	.cfi_endproc
	.size	switch_entry, . - switch_entry

	.section .note.GNU-stack, "", @progbits
