/* SPDX-License-Identifier: MIT */
/*
 * probe_s390x.S - fills and reads back the registers that a call keeps on z/Architecture. The contract
 * stands in probe.h; the list is that of libtrace/arch/switch_s390x.S.
 */
	.machine "z10"
	.text
	.globl	probe_registers
	.type	probe_registers, @function
	.p2align 4
probe_registers:
	stmg	%r6, %r15, 48(%r15)
	aghi	%r15, -240
	stfpc	224(%r15)
	stg	%r3, 232(%r15)
	std	%f8, 160(%r15)
	std	%f9, 168(%r15)
	std	%f10, 176(%r15)
	std	%f11, 184(%r15)
	std	%f12, 192(%r15)
	std	%f13, 200(%r15)
	std	%f14, 208(%r15)
	std	%f15, 216(%r15)
	lgr	%r1, %r2
	lmg	%r6, %r13, 0(%r1)
	ld	%f8, 64(%r1)
	ld	%f9, 72(%r1)
	ld	%f10, 80(%r1)
	ld	%f11, 88(%r1)
	ld	%f12, 96(%r1)
	ld	%f13, 104(%r1)
	ld	%f14, 112(%r1)
	ld	%f15, 120(%r1)
	lfpc	132(%r1)
	lg	%r2, 0(%r4)
	lg	%r3, 8(%r4)
	lg	%r4, 16(%r4)
	brasl	%r14, switch_stack
	lg	%r1, 232(%r15)
	stmg	%r6, %r13, 0(%r1)
	std	%f8, 64(%r1)
	std	%f9, 72(%r1)
	std	%f10, 80(%r1)
	std	%f11, 88(%r1)
	std	%f12, 96(%r1)
	std	%f13, 104(%r1)
	std	%f14, 112(%r1)
	std	%f15, 120(%r1)
	mvghi	128(%r1), 0
	stfpc	132(%r1)
	lfpc	224(%r15)
	ld	%f8, 160(%r15)
	ld	%f9, 168(%r15)
	ld	%f10, 176(%r15)
	ld	%f11, 184(%r15)
	ld	%f12, 192(%r15)
	ld	%f13, 200(%r15)
	ld	%f14, 208(%r15)
	ld	%f15, 216(%r15)
	lmg	%r6, %r15, 288(%r15)
	br	%r14
	.size	probe_registers, . - probe_registers

	.section .rodata
	.globl	probe_names
	.type	probe_names, @object
probe_names:
	.asciz	"r6 r7 r8 r9 r10 r11 r12 r13 f8 f9 f10 f11 f12 f13 f14 f15 fpc"
	.size	probe_names, . - probe_names

	.p2align 3
	.globl	probe_controls
	.type	probe_controls, @object
probe_controls:
	.quad	0, 1, 2, 3
	.size	probe_controls, . - probe_controls

	.section .note.GNU-stack, "", @progbits
