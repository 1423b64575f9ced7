/* SPDX-License-Identifier: MIT */
/*
 * switch_i386.S - the switch for 32-bit x86. The contract stands in switch.h.
 *
 * Callee-saved are ebx, ebp, esi, edi, the x87 control word and the control bits of mxcsr: System V
 * ABI, Intel386 Architecture Processor Supplement 1.1, 2.2.1 and 2.2.2. At a call the stack pointer
 * is a multiple of 16 (2.2.2). The arguments lie above the return address in the caller's frame,
 * which is part of the slice.
 *
 * mxcsr is kept when the library is compiled for a processor that has it (-msse): without, it could
 * not be named, and code built like the library does not use it.
 *
 *	sp + 24  return address
 *	sp + 20  ebp
 *	sp + 16  ebx
 *	sp + 12  esi
 *	sp +  8  edi
 *	sp +  4  x87 control word (the two bytes above it mean nothing)
 *	sp       mxcsr
 *
 * Linux tracks no indirect branches in 32-bit programs, so there is no endbr32 and no note about
 * them; the linker then claims neither IBT nor shadow stacks for the whole object.
 */
	.text

	.globl	switch_stack
	.hidden	switch_stack
	.type	switch_stack, @function
	.p2align 4
switch_stack:
	.cfi_startproc
	pushl	%ebp
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset %ebp, 0
	pushl	%ebx
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset %ebx, 0
	pushl	%esi
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset %esi, 0
	pushl	%edi
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset %edi, 0
	subl	$8, %esp
	.cfi_adjust_cfa_offset 8
	fnstcw	4(%esp)
	movzwl	4(%esp), %edi
#ifdef __SSE__
	stmxcsr	(%esp)
	movl	(%esp), %ebx
#endif

	/* edi and ebx keep the control words that are in force, ebp the stack that is left: while
	 * exchange runs, an unwinder finds the way to it through the CFA rule below. */
	movl	28(%esp), %eax
	movl	32(%esp), %edx
	movl	36(%esp), %ecx
	movl	%esp, %ebp
	leal	-16(%edx), %esp
	.cfi_remember_state
	.cfi_def_cfa %ebp, 28
	movl	%eax, (%esp)
	movl	%ebp, 4(%esp)
	call	*%ecx
	movl	%eax, %esp
	.cfi_restore_state
	.globl	switch_resume
	.hidden	switch_resume
switch_resume:
	cmpw	4(%esp), %di
	je	1f
	fldcw	4(%esp)
1:
#ifdef __SSE__
	cmpl	(%esp), %ebx
	je	2f
	ldmxcsr	(%esp)
2:
#endif
	addl	$8, %esp
	.cfi_adjust_cfa_offset -8
	popl	%edi
	.cfi_adjust_cfa_offset -4
	.cfi_restore %edi
	popl	%esi
	.cfi_adjust_cfa_offset -4
	.cfi_restore %esi
	popl	%ebx
	.cfi_adjust_cfa_offset -4
	.cfi_restore %ebx
	popl	%ebp
	.cfi_adjust_cfa_offset -4
	.cfi_restore %ebp
	ret
	.cfi_endproc
	.size	switch_stack, . - switch_stack

/* Control words as the ABI has them at process entry (2.3.1): mxcsr 0x1f80, x87 0x037f. The four
 * words above the return address end a walk along frame pointers and keep the stack pointer a
 * multiple of 16. */
	.globl	switch_forge
	.hidden	switch_forge
	.type	switch_forge, @function
	.p2align 4
switch_forge:
	.cfi_startproc
	movl	4(%esp), %eax
	leal	-44(%eax), %eax
	movl	$0x1f80, (%eax)
	movl	$0x037f, 4(%eax)
	movl	$0, 8(%eax)
	movl	$0, 12(%eax)
	movl	$0, 16(%eax)
	movl	$0, 20(%eax)
	call	1f
	.cfi_adjust_cfa_offset 4
1:	popl	%ecx
	.cfi_adjust_cfa_offset -4
	leal	switch_entry-1b(%ecx), %ecx
	movl	%ecx, 24(%eax)
	movl	$0, 28(%eax)
	movl	$0, 32(%eax)
	movl	$0, 36(%eax)
	movl	$0, 40(%eax)
	ret
	.cfi_endproc
	.size	switch_forge, . - switch_forge

	.globl	switch_entry
	.hidden	switch_entry
	.type	switch_entry, @function
	.p2align 4
/* An unwinder looks up the address before a return address; the nop keeps it in this function
 * also for the forged frame, whose return address is switch_entry itself. */
	.cfi_startproc
	.cfi_undefined %eip
	nop
switch_entry:
	call	tasklet_enter
	ud2
	.cfi_endproc
	.size	switch_entry, . - switch_entry

	.section .note.GNU-stack, "", @progbits
