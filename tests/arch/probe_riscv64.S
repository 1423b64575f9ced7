/* SPDX-License-Identifier: MIT */
/*
 * probe_riscv64.S - fills and reads back the registers that a call keeps on 64-bit RISC-V. The contract
 * stands in probe.h; the list is that of libtrace/arch/switch_riscv64.S.
 */
	.text
	.globl	probe_registers
	.type	probe_registers, @function
	.p2align 4
probe_registers:
	addi	sp, sp, -224
	sd	ra, 192(sp)
	sd	a1, 200(sp)
	frcsr	t0
	sd	t0, 208(sp)
	sd	s0, 0(sp)
	sd	s1, 8(sp)
	sd	s2, 16(sp)
	sd	s3, 24(sp)
	sd	s4, 32(sp)
	sd	s5, 40(sp)
	sd	s6, 48(sp)
	sd	s7, 56(sp)
	sd	s8, 64(sp)
	sd	s9, 72(sp)
	sd	s10, 80(sp)
	sd	s11, 88(sp)
	fsd	fs0, 96(sp)
	fsd	fs1, 104(sp)
	fsd	fs2, 112(sp)
	fsd	fs3, 120(sp)
	fsd	fs4, 128(sp)
	fsd	fs5, 136(sp)
	fsd	fs6, 144(sp)
	fsd	fs7, 152(sp)
	fsd	fs8, 160(sp)
	fsd	fs9, 168(sp)
	fsd	fs10, 176(sp)
	fsd	fs11, 184(sp)
	ld	s0, 0(a0)
	ld	s1, 8(a0)
	ld	s2, 16(a0)
	ld	s3, 24(a0)
	ld	s4, 32(a0)
	ld	s5, 40(a0)
	ld	s6, 48(a0)
	ld	s7, 56(a0)
	ld	s8, 64(a0)
	ld	s9, 72(a0)
	ld	s10, 80(a0)
	ld	s11, 88(a0)
	fld	fs0, 96(a0)
	fld	fs1, 104(a0)
	fld	fs2, 112(a0)
	fld	fs3, 120(a0)
	fld	fs4, 128(a0)
	fld	fs5, 136(a0)
	fld	fs6, 144(a0)
	fld	fs7, 152(a0)
	fld	fs8, 160(a0)
	fld	fs9, 168(a0)
	fld	fs10, 176(a0)
	fld	fs11, 184(a0)
	ld	t0, 192(a0)
	fscsr	t0
	ld	a0, 0(a2)
	ld	a1, 8(a2)
	ld	a2, 16(a2)
	call	switch_stack
	ld	a0, 200(sp)
	sd	s0, 0(a0)
	sd	s1, 8(a0)
	sd	s2, 16(a0)
	sd	s3, 24(a0)
	sd	s4, 32(a0)
	sd	s5, 40(a0)
	sd	s6, 48(a0)
	sd	s7, 56(a0)
	sd	s8, 64(a0)
	sd	s9, 72(a0)
	sd	s10, 80(a0)
	sd	s11, 88(a0)
	fsd	fs0, 96(a0)
	fsd	fs1, 104(a0)
	fsd	fs2, 112(a0)
	fsd	fs3, 120(a0)
	fsd	fs4, 128(a0)
	fsd	fs5, 136(a0)
	fsd	fs6, 144(a0)
	fsd	fs7, 152(a0)
	fsd	fs8, 160(a0)
	fsd	fs9, 168(a0)
	fsd	fs10, 176(a0)
	fsd	fs11, 184(a0)
	frcsr	t0
	sd	t0, 192(a0)
	ld	t0, 208(sp)
	fscsr	t0
	ld	s0, 0(sp)
	ld	s1, 8(sp)
	ld	s2, 16(sp)
	ld	s3, 24(sp)
	ld	s4, 32(sp)
	ld	s5, 40(sp)
	ld	s6, 48(sp)
	ld	s7, 56(sp)
	ld	s8, 64(sp)
	ld	s9, 72(sp)
	ld	s10, 80(sp)
	ld	s11, 88(sp)
	fld	fs0, 96(sp)
	fld	fs1, 104(sp)
	fld	fs2, 112(sp)
	fld	fs3, 120(sp)
	fld	fs4, 128(sp)
	fld	fs5, 136(sp)
	fld	fs6, 144(sp)
	fld	fs7, 152(sp)
	fld	fs8, 160(sp)
	fld	fs9, 168(sp)
	fld	fs10, 176(sp)
	fld	fs11, 184(sp)
	ld	ra, 192(sp)
	addi	sp, sp, 224
	ret
	.size	probe_registers, . - probe_registers

	.section .rodata
	.globl	probe_names
	.type	probe_names, @object
probe_names:
	.ascii	"s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 fs0 fs1 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 "
	.asciz	"fs10 fs11 fcsr"
	.size	probe_names, . - probe_names

	.p2align 3
	.globl	probe_controls
	.type	probe_controls, @object
probe_controls:
	.quad	0x00, 0x20, 0x40, 0x60
	.size	probe_controls, . - probe_controls

	.section .note.GNU-stack, "", @progbits
