/* SPDX-License-Identifier: MIT */
/*
 * probe_i386.S - fills and reads back the registers that a call keeps on 32-bit x86. The contract
 * stands in probe.h; the list is that of libtrace/arch/switch_i386.S.
 */
	.text
	.globl	probe_registers
	.type	probe_registers, @function
	.p2align 4
probe_registers:
	pushl	%ebx
	pushl	%ebp
	pushl	%esi
	pushl	%edi
	subl	$28, %esp
	fnstcw	24(%esp)
#ifdef __SSE__
	stmxcsr	20(%esp)
#endif
	movl	48(%esp), %eax
	movl	56(%esp), %edx
	movl	(%edx), %ecx
	movl	%ecx, (%esp)
	movl	4(%edx), %ecx
	movl	%ecx, 4(%esp)
	movl	8(%edx), %ecx
	movl	%ecx, 8(%esp)
	movl	0(%eax), %ebx
	movl	4(%eax), %ebp
	movl	8(%eax), %esi
	movl	12(%eax), %edi
	fldcw	16(%eax)
#ifdef __SSE__
	ldmxcsr	20(%eax)
#endif
	call	switch_stack
	movl	52(%esp), %eax
	movl	%ebx, 0(%eax)
	movl	%ebp, 4(%eax)
	movl	%esi, 8(%eax)
	movl	%edi, 12(%eax)
	movl	$0, 16(%eax)
	fnstcw	16(%eax)
	fldcw	24(%esp)
#ifdef __SSE__
	stmxcsr	20(%eax)
	ldmxcsr	20(%esp)
#endif
	addl	$28, %esp
	popl	%edi
	popl	%esi
	popl	%ebp
	popl	%ebx
	ret
	.size	probe_registers, . - probe_registers

	.section .rodata
	.globl	probe_names
	.type	probe_names, @object
probe_names:
	.ascii	"ebx ebp esi edi x87"
#ifdef __SSE__
	.ascii	" mxcsr"
#endif
	.byte	0
	.size	probe_names, . - probe_names

	.p2align 3
	.globl	probe_controls
	.type	probe_controls, @object
probe_controls:
#ifdef __SSE__
	.long	0x037f, 0x1f80, 0x077f, 0x3f80, 0x0b7f, 0x5f80, 0x0f7f, 0x7f80
#else
	.long	0x037f, 0x077f, 0x0b7f, 0x0f7f
#endif
	.size	probe_controls, . - probe_controls

	.section .note.GNU-stack, "", @progbits
