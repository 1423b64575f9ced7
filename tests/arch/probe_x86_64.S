/* SPDX-License-Identifier: MIT */
/*
 * probe_x86_64.S - fills and reads back the registers that a call keeps on x86-64. The contract
 * stands in probe.h; the list is that of libtrace/arch/switch_x86_64.S.
 */
	.text
	.globl	probe_registers
	.type	probe_registers, @function
	.p2align 4
probe_registers:
	endbr64
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$24, %rsp
	movq	%rsi, (%rsp)
	stmxcsr	8(%rsp)
	fnstcw	12(%rsp)
	movq	0(%rdi), %rbx
	movq	8(%rdi), %rbp
	movq	16(%rdi), %r12
	movq	24(%rdi), %r13
	movq	32(%rdi), %r14
	movq	40(%rdi), %r15
	ldmxcsr	48(%rdi)
	fldcw	52(%rdi)
	movq	(%rdx), %rdi
	movq	8(%rdx), %rsi
	movq	16(%rdx), %rdx
	call	switch_stack
	movq	(%rsp), %rdi
	movq	%rbx, 0(%rdi)
	movq	%rbp, 8(%rdi)
	movq	%r12, 16(%rdi)
	movq	%r13, 24(%rdi)
	movq	%r14, 32(%rdi)
	movq	%r15, 40(%rdi)
	movq	$0, 48(%rdi)
	stmxcsr	48(%rdi)
	fnstcw	52(%rdi)
	ldmxcsr	8(%rsp)
	fldcw	12(%rsp)
	addq	$24, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret
	.size	probe_registers, . - probe_registers

	.section .rodata
	.globl	probe_names
	.type	probe_names, @object
probe_names:
	.asciz	"rbx rbp r12 r13 r14 r15 mxcsr,x87"
	.size	probe_names, . - probe_names

	.p2align 3
	.globl	probe_controls
	.type	probe_controls, @object
probe_controls:
	.quad	0x037f00001f80, 0x077f00003f80, 0x0b7f00005f80, 0x0f7f00007f80
	.size	probe_controls, . - probe_controls

	.section .note.GNU-stack, "", @progbits
