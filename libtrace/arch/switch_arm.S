/* SPDX-License-Identifier: MIT */
/*
 * switch_arm.S - the switch for 32-bit Arm with hard floating point. The contract stands in
 * switch.h.
 *
 * Callee-saved are r4-r11 and d8-d15 (s16-s31); lr says where to return to: Procedure Call Standard
 * for the Arm Architecture (IHI 0042), 6.1.1 and 6.1.2.1. fpscr holds the rounding mode and belongs
 * to the program (6.1.2.1); its condition and exception flags go with it.
 *
 *	sp + 68  r4-r11, lr
 *	sp + 64  fpscr
 *	sp       d8-d15
 *
 * There are two kinds of unwinding tables. C++ and forced unwinding read those of the EHABI
 * (IHI 0038): one description a function, given here for the address switch_resume. Debuggers and
 * other tools read the CFI, right at every instruction.
 */
#ifndef __ARM_PCS_VFP
#error "written for hard floating point; for soft: configure --with-switch=fallback"
#endif

	.syntax	unified
	.arch	armv7-a
	.fpu	vfpv3-d16
	.arm
	.cfi_sections .debug_frame
	.text

	.globl	switch_stack
	.hidden	switch_stack
	.type	switch_stack, %function
	.p2align 4
switch_stack:
	.fnstart
	.cfi_startproc
	vmrs	r3, fpscr
	push	{r3-r11, lr}
	.save	{r4-r11, lr}
	.pad	#4
	.cfi_adjust_cfa_offset 40
	.cfi_rel_offset r4, 4
	.cfi_rel_offset r5, 8
	.cfi_rel_offset r6, 12
	.cfi_rel_offset r7, 16
	.cfi_rel_offset r8, 20
	.cfi_rel_offset r9, 24
	.cfi_rel_offset r10, 28
	.cfi_rel_offset r11, 32
	.cfi_rel_offset lr, 36
	vpush	{d8-d15}
	.vsave	{d8-d15}
	.cfi_adjust_cfa_offset 64
	.cfi_rel_offset d8, 0
	.cfi_rel_offset d9, 8
	.cfi_rel_offset d10, 16
	.cfi_rel_offset d11, 24
	.cfi_rel_offset d12, 32
	.cfi_rel_offset d13, 40
	.cfi_rel_offset d14, 48
	.cfi_rel_offset d15, 56

	/* r4 keeps the fpscr in force, r11 the stack that is left: while exchange runs, a debugger
	 * finds the way to it through the CFA rule below. */
	mov	r4, r3
	mov	r11, sp
	mov	r3, r1
	mov	r1, sp
	mov	sp, r3
	.cfi_remember_state
	.cfi_def_cfa r11, 104
	blx	r2
	mov	sp, r0
	.cfi_restore_state
	.globl	switch_resume
	.hidden	switch_resume
switch_resume:
	ldr	r3, [sp, #64]
	cmp	r3, r4
	vmsrne	fpscr, r3
	vpop	{d8-d15}
	.cfi_adjust_cfa_offset -64
	.cfi_restore d8
	.cfi_restore d9
	.cfi_restore d10
	.cfi_restore d11
	.cfi_restore d12
	.cfi_restore d13
	.cfi_restore d14
	.cfi_restore d15
	pop	{r3-r11, pc}
	.cfi_endproc
	.fnend
	.size	switch_stack, . - switch_stack

/* fpscr 0 is round to nearest, no traps: the state at process entry. */
	.globl	switch_forge
	.hidden	switch_forge
	.type	switch_forge, %function
	.p2align 4
switch_forge:
	.fnstart
	.cfi_startproc
	adr	r3, switch_entry
	mov	r2, #0
	sub	r1, r0, #104
	str	r3, [r0, #-4]!
1:	str	r2, [r0, #-4]!
	cmp	r0, r1
	bne	1b
	bx	lr
	.cfi_endproc
	.cantunwind
	.fnend
	.size	switch_forge, . - switch_forge

/* An unwinder looks up the address before a return address; the nop keeps it in this function also
 * for the forged frame, whose return address is switch_entry itself. */
	.globl	switch_entry
	.hidden	switch_entry
	.type	switch_entry, %function
	.p2align 4
	.fnstart
	.cfi_startproc
	.cfi_undefined lr
	nop
switch_entry:
	bl	tasklet_enter
	udf	#0
	.cfi_endproc
	.cantunwind
	.fnend
	.size	switch_entry, . - switch_entry

	.section .note.GNU-stack, "", %progbits
