/* SPDX-License-Identifier: MIT */
/*
 * probe_arm.S - fills and reads back the registers that a call keeps on 32-bit Arm. The contract
 * stands in probe.h; the list is that of libtrace/arch/switch_arm.S.
 */
	.syntax	unified
	.arch	armv7-a
	.fpu	vfpv3-d16
	.arm
	.text
	.globl	probe_registers
	.type	probe_registers, %function
	.p2align 4
probe_registers:
	.fnstart
	push	{r4-r11, lr}
	vpush	{d8-d15}
	vmrs	ip, fpscr
	push	{r1, ip}
	sub	sp, sp, #4
	ldr	ip, [r0, #96]
	vmsr	fpscr, ip
	mov	ip, r0
	ldmia	ip!, {r4-r11}
	vldmia	ip, {d8-d15}
	ldm	r2, {r0-r2}
	bl	switch_stack
	add	sp, sp, #4
	pop	{r1, ip}
	stmia	r1!, {r4-r11}
	vstmia	r1!, {d8-d15}
	vmrs	r3, fpscr
	str	r3, [r1]
	vmsr	fpscr, ip
	vpop	{d8-d15}
	pop	{r4-r11, pc}
	.cantunwind
	.fnend
	.size	probe_registers, . - probe_registers

	.section .rodata
	.globl	probe_names
	.type	probe_names, %object
probe_names:
	.ascii	"r4 r5 r6 r7 r8 r9 r10 r11 s16 s17 s18 s19 s20 s21 s22 s23 s24 s25 s26 s27 s28 "
	.asciz	"s29 s30 s31 fpscr"
	.size	probe_names, . - probe_names

	.p2align 3
	.globl	probe_controls
	.type	probe_controls, %object
probe_controls:
	.long	0, 0x400000, 0x800000, 0xc00000
	.size	probe_controls, . - probe_controls

	.section .note.GNU-stack, "", %progbits
