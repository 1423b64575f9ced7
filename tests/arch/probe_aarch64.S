/* SPDX-License-Identifier: MIT */
/*
 * probe_aarch64.S - fills and reads back the registers that a call keeps on 64-bit Arm. The contract
 * stands in probe.h; the list is that of libtrace/arch/switch_aarch64.S.
 */
	.text
	.globl	probe_registers
	.type	probe_registers, %function
	.p2align 4
probe_registers:
	hint	34
	stp	x29, x30, [sp, #-192]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mrs	x9, fpcr
	stp	x9, x1, [sp, #160]
	ldp	x19, x20, [x0, #0]
	ldp	x21, x22, [x0, #16]
	ldp	x23, x24, [x0, #32]
	ldp	x25, x26, [x0, #48]
	ldp	x27, x28, [x0, #64]
	ldr	x29, [x0, #80]
	ldp	d8, d9, [x0, #88]
	ldp	d10, d11, [x0, #104]
	ldp	d12, d13, [x0, #120]
	ldp	d14, d15, [x0, #136]
	ldr	x9, [x0, #152]
	msr	fpcr, x9
	ldp	x0, x1, [x2]
	ldr	x2, [x2, #16]
	bl	switch_stack
	ldr	x0, [sp, #168]
	stp	x19, x20, [x0, #0]
	stp	x21, x22, [x0, #16]
	stp	x23, x24, [x0, #32]
	stp	x25, x26, [x0, #48]
	stp	x27, x28, [x0, #64]
	str	x29, [x0, #80]
	stp	d8, d9, [x0, #88]
	stp	d10, d11, [x0, #104]
	stp	d12, d13, [x0, #120]
	stp	d14, d15, [x0, #136]
	mrs	x9, fpcr
	str	x9, [x0, #152]
	ldr	x9, [sp, #160]
	msr	fpcr, x9
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	ldp	x29, x30, [sp], #192
	ret
	.size	probe_registers, . - probe_registers

	.section .rodata
	.globl	probe_names
	.type	probe_names, %object
probe_names:
	.asciz	"x19 x20 x21 x22 x23 x24 x25 x26 x27 x28 x29 d8 d9 d10 d11 d12 d13 d14 d15 fpcr"
	.size	probe_names, . - probe_names

	.p2align 3
	.globl	probe_controls
	.type	probe_controls, %object
probe_controls:
	.quad	0, 0x400000, 0x800000, 0xc00000
	.size	probe_controls, . - probe_controls

	.section .note.GNU-stack, "", %progbits
