/* SPDX-License-Identifier: MIT */
/*
 * switch_riscv64.S - the switch for 64-bit RISC-V with doubles in registers (lp64d). The contract
 * stands in switch.h.
 *
 * Callee-saved are s0-s11 and fs0-fs11; ra says where to return to: RISC-V Calling Conventions,
 * Integer Register Convention and Floating-point Register Convention (RISC-V ABIs Specification,
 * chapter 1). fcsr holds the rounding mode (frm) and belongs to the program; the flags in its other
 * half go with it.
 *
 *	sp + 200  fcsr, and four bytes that mean nothing
 *	sp + 104  fs0-fs11
 *	sp +   8  s0-s11
 *	sp        ra
 */
#ifndef __riscv_float_abi_double
#error "written for lp64d; for other ABIs: configure --with-switch=fallback"
#endif

	.text

	.globl	switch_stack
	.hidden	switch_stack
	.type	switch_stack, @function
	.p2align 4
switch_stack:
	.cfi_startproc
	addi	sp, sp, -208
	.cfi_adjust_cfa_offset 208
	sd	ra, 0(sp)
	.cfi_rel_offset ra, 0
	sd	s0, 8(sp)
	.cfi_rel_offset s0, 8
	sd	s1, 16(sp)
	.cfi_rel_offset s1, 16
	sd	s2, 24(sp)
	.cfi_rel_offset s2, 24
	sd	s3, 32(sp)
	.cfi_rel_offset s3, 32
	sd	s4, 40(sp)
	.cfi_rel_offset s4, 40
	sd	s5, 48(sp)
	.cfi_rel_offset s5, 48
	sd	s6, 56(sp)
	.cfi_rel_offset s6, 56
	sd	s7, 64(sp)
	.cfi_rel_offset s7, 64
	sd	s8, 72(sp)
	.cfi_rel_offset s8, 72
	sd	s9, 80(sp)
	.cfi_rel_offset s9, 80
	sd	s10, 88(sp)
	.cfi_rel_offset s10, 88
	sd	s11, 96(sp)
	.cfi_rel_offset s11, 96
	fsd	fs0, 104(sp)
	.cfi_rel_offset fs0, 104
	fsd	fs1, 112(sp)
	.cfi_rel_offset fs1, 112
	fsd	fs2, 120(sp)
	.cfi_rel_offset fs2, 120
	fsd	fs3, 128(sp)
	.cfi_rel_offset fs3, 128
	fsd	fs4, 136(sp)
	.cfi_rel_offset fs4, 136
	fsd	fs5, 144(sp)
	.cfi_rel_offset fs5, 144
	fsd	fs6, 152(sp)
	.cfi_rel_offset fs6, 152
	fsd	fs7, 160(sp)
	.cfi_rel_offset fs7, 160
	fsd	fs8, 168(sp)
	.cfi_rel_offset fs8, 168
	fsd	fs9, 176(sp)
	.cfi_rel_offset fs9, 176
	fsd	fs10, 184(sp)
	.cfi_rel_offset fs10, 184
	fsd	fs11, 192(sp)
	.cfi_rel_offset fs11, 192
	frcsr	s1
	sw	s1, 200(sp)

	/* s1 keeps the fcsr in force, s0 the stack that is left: while exchange runs, an unwinder
	 * finds the way to it through the CFA rule below. */
	mv	s0, sp
	mv	t0, a1
	mv	a1, sp
	mv	sp, t0
	.cfi_remember_state
	.cfi_def_cfa s0, 208
	jalr	a2
	mv	sp, a0
	.cfi_restore_state
	.globl	switch_resume
	.hidden	switch_resume
switch_resume:
	lw	t0, 200(sp)
	beq	t0, s1, 1f
	fscsr	t0
1:	fld	fs11, 192(sp)
	fld	fs10, 184(sp)
	fld	fs9, 176(sp)
	fld	fs8, 168(sp)
	fld	fs7, 160(sp)
	fld	fs6, 152(sp)
	fld	fs5, 144(sp)
	fld	fs4, 136(sp)
	fld	fs3, 128(sp)
	fld	fs2, 120(sp)
	fld	fs1, 112(sp)
	fld	fs0, 104(sp)
	ld	s11, 96(sp)
	ld	s10, 88(sp)
	ld	s9, 80(sp)
	ld	s8, 72(sp)
	ld	s7, 64(sp)
	ld	s6, 56(sp)
	ld	s5, 48(sp)
	ld	s4, 40(sp)
	ld	s3, 32(sp)
	ld	s2, 24(sp)
	ld	s1, 16(sp)
	ld	s0, 8(sp)
	ld	ra, 0(sp)
	addi	sp, sp, 208
	.cfi_def_cfa sp, 0
	.cfi_restore ra
	.cfi_restore s0
	.cfi_restore s1
	.cfi_restore s2
	.cfi_restore s3
	.cfi_restore s4
	.cfi_restore s5
	.cfi_restore s6
	.cfi_restore s7
	.cfi_restore s8
	.cfi_restore s9
	.cfi_restore s10
	.cfi_restore s11
	.cfi_restore fs0
	.cfi_restore fs1
	.cfi_restore fs2
	.cfi_restore fs3
	.cfi_restore fs4
	.cfi_restore fs5
	.cfi_restore fs6
	.cfi_restore fs7
	.cfi_restore fs8
	.cfi_restore fs9
	.cfi_restore fs10
	.cfi_restore fs11
	ret
	.cfi_endproc
	.size	switch_stack, . - switch_stack

/* fcsr 0 is round to nearest, no flags: the state at process entry. */
	.globl	switch_forge
	.hidden	switch_forge
	.type	switch_forge, @function
	.p2align 4
switch_forge:
	.cfi_startproc
	addi	t0, a0, -208
1:	addi	a0, a0, -8
	sd	zero, 0(a0)
	bne	a0, t0, 1b
	lla	t0, switch_entry
	sd	t0, 0(a0)
	ret
	.cfi_endproc
	.size	switch_forge, . - switch_forge

/* An unwinder looks up the address before a return address; the nop keeps it in this function also
 * for the forged frame, whose return address is switch_entry itself. */
	.globl	switch_entry
	.hidden	switch_entry
	.type	switch_entry, @function
	.p2align 4
	.cfi_startproc
	.cfi_undefined ra
	nop
switch_entry:
	call	tasklet_enter
	unimp
	.cfi_endproc
	.size	switch_entry, . - switch_entry

	.section .note.GNU-stack, "", @progbits
