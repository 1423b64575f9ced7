/* SPDX-License-Identifier: MIT */
/*
 * switch_x86_64.S - the switch for x86-64, System V ABI. The contract stands in switch.h.
 *
 * Callee-saved are rbx, rbp, r12-r15, the control bits of mxcsr and the x87 control word: System V
 * ABI, AMD64 Architecture Processor Supplement, 3.2.1 and 3.2.3. There is nothing below the stack
 * pointer to keep: the red zone is the caller's own, and it makes a call.
 *
 *	sp + 56  return address
 *	sp + 48  rbp
 *	sp + 40  rbx
 *	sp + 32  r12
 *	sp + 24  r13
 *	sp + 16  r14
 *	sp +  8  r15
 *	sp +  4  x87 control word (the two bytes above it mean nothing)
 *	sp       mxcsr
 */
	.text

	.globl	switch_stack
	.hidden	switch_stack
	.type	switch_stack, @function
	.p2align 4
switch_stack:
	.cfi_startproc
	endbr64
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbx, 0
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r12, 0
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r13, 0
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r14, 0
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r15, 0
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	fnstcw	4(%rsp)
	stmxcsr	(%rsp)

	/* rbx keeps the control words that are in force, rbp the stack that is left: while
	 * exchange runs, an unwinder finds the way to it through the CFA rule below. */
	movzwl	4(%rsp), %r12d
	movl	(%rsp), %ebx
	movq	%rsp, %rbp
	movq	%rdx, %rax
	movq	%rsi, %rcx
	movq	%rsp, %rsi
	movq	%rcx, %rsp
	.cfi_remember_state
	.cfi_def_cfa %rbp, 64
	call	*%rax
	movq	%rax, %rsp
	.cfi_restore_state
	.globl	switch_resume
	.hidden	switch_resume
switch_resume:
	cmpl	(%rsp), %ebx
	jne	1f
	cmpw	4(%rsp), %r12w
	jne	1f
2:	addq	$8, %rsp
	.cfi_remember_state
	.cfi_adjust_cfa_offset -8
	popq	%r15
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r15
	popq	%r14
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r14
	popq	%r13
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r13
	popq	%r12
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r12
	popq	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbx
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbp
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	call	tasklet_arrive
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	/* Not a ret: see switch_tasklet. */
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %rcx
	notrack jmp *%rcx
	.cfi_restore_state
1:	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	jmp	2b
	.cfi_endproc
	.size	switch_stack, . - switch_stack

/* Control words as the ABI has them at process entry (3.4.1): mxcsr 0x1f80, x87 0x037f. */
	.globl	switch_forge
	.hidden	switch_forge
	.type	switch_forge, @function
	.p2align 4
switch_forge:
	.cfi_startproc
	endbr64
	leaq	-80(%rdi), %rax
	movq	$0x1f80, (%rax)
	movw	$0x037f, 4(%rax)
	movq	$0, 8(%rax)
	movq	$0, 16(%rax)
	movq	$0, 24(%rax)
	movq	$0, 32(%rax)
	movq	$0, 40(%rax)
	movq	$0, 48(%rax)
	leaq	switch_entry(%rip), %rdx
	movq	%rdx, 56(%rax)
	movq	$0, 64(%rax)
	movq	$0, 72(%rax)
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
	.cfi_undefined %rip
	nop
switch_entry:
	endbr64
	call	tasklet_enter
	ud2
	.cfi_endproc
	.size	switch_entry, . - switch_entry

	.section .note.GNU-stack, "", @progbits

/* This code tracks indirect branches (endbr64) but cannot live with a shadow stack, which would
 * keep the return addresses of another tasklet. So the note claims IBT alone; the linker then
 * leaves SHSTK out of the whole object. (<cet.h> would claim both.) */
	.section .note.gnu.property, "a"
	.p2align 3
	.long	4
	.long	16
	.long	5
	.asciz	"GNU"
	.long	0xc0000002
	.long	4
	.long	1
	.long	0
