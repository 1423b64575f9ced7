/* SPDX-License-Identifier: MIT */
/*
 * switch_ppc64le.S - the switch for 64-bit Power, little endian, ELFv2. The contract stands in
 * switch.h.
 *
 * Callee-saved are r14-r31, f14-f31, v20-v31 and the fields 2 to 4 of cr; lr says where to return
 * to: 64-Bit ELF V2 ABI Specification, 2.2, "Register Roles". r2, the TOC pointer, has to be as it
 * was for a caller of the same object. fpscr holds the rounding modes and belongs to the program;
 * its flags go with it.
 *
 * Every frame begins with 32 bytes of which the function it calls may write some, for cr, lr
 * and r2 ("Minimum Stack Frame Elements"). Those of our caller lie above our own stack pointer, so
 * they are part of the slice; exchange gets 32 bytes on the side stack, tasklet_enter 32 below the
 * base.
 *
 *	sp + 544  lr, at 16 of the caller's frame
 *	sp + 536  cr, at 8 of it
 *	sp + 528  the caller's frame
 *	sp + 512  fpscr, and eight bytes that mean nothing
 *	sp + 368  f14-f31
 *	sp + 224  r14-r31
 *	sp +  32  v20-v31
 *	sp +  24  r2
 *	sp        back chain
 */
#if !defined(__powerpc64__) || _CALL_ELF != 2
#error "written for ELFv2; for other ABIs: configure --with-switch=fallback"
#endif

	.machine "power8"
	.text

	.macro	save_vector number, offset
	li	%r11, \offset
	stvx	%v\number, %r11, %r1
	.cfi_rel_offset v\number, \offset
	.endm

	.macro	restore_vector number, offset
	li	%r11, \offset
	lvx	%v\number, %r11, %r1
	.endm

	.globl	switch_stack
	.hidden	switch_stack
	.type	switch_stack, @function
	.p2align 4
switch_stack:
	.cfi_startproc
	mflr	%r0
	std	%r0, 16(%r1)
	.cfi_offset lr, 16
	mfcr	%r12
	stw	%r12, 8(%r1)
	.cfi_offset 70, 8	/* cr2 stands for all of cr */
	stdu	%r1, -528(%r1)
	.cfi_adjust_cfa_offset 528
	std	%r2, 24(%r1)
	save_vector 20, 32
	save_vector 21, 48
	save_vector 22, 64
	save_vector 23, 80
	save_vector 24, 96
	save_vector 25, 112
	save_vector 26, 128
	save_vector 27, 144
	save_vector 28, 160
	save_vector 29, 176
	save_vector 30, 192
	save_vector 31, 208
	std	%r14, 224(%r1)
	.cfi_rel_offset r14, 224
	std	%r15, 232(%r1)
	.cfi_rel_offset r15, 232
	std	%r16, 240(%r1)
	.cfi_rel_offset r16, 240
	std	%r17, 248(%r1)
	.cfi_rel_offset r17, 248
	std	%r18, 256(%r1)
	.cfi_rel_offset r18, 256
	std	%r19, 264(%r1)
	.cfi_rel_offset r19, 264
	std	%r20, 272(%r1)
	.cfi_rel_offset r20, 272
	std	%r21, 280(%r1)
	.cfi_rel_offset r21, 280
	std	%r22, 288(%r1)
	.cfi_rel_offset r22, 288
	std	%r23, 296(%r1)
	.cfi_rel_offset r23, 296
	std	%r24, 304(%r1)
	.cfi_rel_offset r24, 304
	std	%r25, 312(%r1)
	.cfi_rel_offset r25, 312
	std	%r26, 320(%r1)
	.cfi_rel_offset r26, 320
	std	%r27, 328(%r1)
	.cfi_rel_offset r27, 328
	std	%r28, 336(%r1)
	.cfi_rel_offset r28, 336
	std	%r29, 344(%r1)
	.cfi_rel_offset r29, 344
	std	%r30, 352(%r1)
	.cfi_rel_offset r30, 352
	std	%r31, 360(%r1)
	.cfi_rel_offset r31, 360
	stfd	%f14, 368(%r1)
	.cfi_rel_offset f14, 368
	stfd	%f15, 376(%r1)
	.cfi_rel_offset f15, 376
	stfd	%f16, 384(%r1)
	.cfi_rel_offset f16, 384
	stfd	%f17, 392(%r1)
	.cfi_rel_offset f17, 392
	stfd	%f18, 400(%r1)
	.cfi_rel_offset f18, 400
	stfd	%f19, 408(%r1)
	.cfi_rel_offset f19, 408
	stfd	%f20, 416(%r1)
	.cfi_rel_offset f20, 416
	stfd	%f21, 424(%r1)
	.cfi_rel_offset f21, 424
	stfd	%f22, 432(%r1)
	.cfi_rel_offset f22, 432
	stfd	%f23, 440(%r1)
	.cfi_rel_offset f23, 440
	stfd	%f24, 448(%r1)
	.cfi_rel_offset f24, 448
	stfd	%f25, 456(%r1)
	.cfi_rel_offset f25, 456
	stfd	%f26, 464(%r1)
	.cfi_rel_offset f26, 464
	stfd	%f27, 472(%r1)
	.cfi_rel_offset f27, 472
	stfd	%f28, 480(%r1)
	.cfi_rel_offset f28, 480
	stfd	%f29, 488(%r1)
	.cfi_rel_offset f29, 488
	stfd	%f30, 496(%r1)
	.cfi_rel_offset f30, 496
	stfd	%f31, 504(%r1)
	.cfi_rel_offset f31, 504
	mffs	%f0
	stfd	%f0, 512(%r1)

	/* r30 keeps the fpscr in force, r31 the stack that is left: while exchange runs, an
	 * unwinder finds the way to it through the CFA rule below. */
	ld	%r30, 512(%r1)
	mr	%r31, %r1
	.cfi_remember_state
	.cfi_def_cfa %r31, 528
	addi	%r1, %r4, -32
	std	%r31, 0(%r1)
	mr	%r4, %r31
	mr	%r12, %r5
	mtctr	%r12
	bctrl
	mr	%r1, %r3
	.cfi_restore_state
	.globl	switch_resume
	.hidden	switch_resume
switch_resume:
	ld	%r0, 512(%r1)
	cmpd	%r0, %r30
	beq	1f
	lfd	%f0, 512(%r1)
	mtfsf	255, %f0, 1, 0
1:
	lfd	%f14, 368(%r1)
	lfd	%f15, 376(%r1)
	lfd	%f16, 384(%r1)
	lfd	%f17, 392(%r1)
	lfd	%f18, 400(%r1)
	lfd	%f19, 408(%r1)
	lfd	%f20, 416(%r1)
	lfd	%f21, 424(%r1)
	lfd	%f22, 432(%r1)
	lfd	%f23, 440(%r1)
	lfd	%f24, 448(%r1)
	lfd	%f25, 456(%r1)
	lfd	%f26, 464(%r1)
	lfd	%f27, 472(%r1)
	lfd	%f28, 480(%r1)
	lfd	%f29, 488(%r1)
	lfd	%f30, 496(%r1)
	lfd	%f31, 504(%r1)
	ld	%r14, 224(%r1)
	ld	%r15, 232(%r1)
	ld	%r16, 240(%r1)
	ld	%r17, 248(%r1)
	ld	%r18, 256(%r1)
	ld	%r19, 264(%r1)
	ld	%r20, 272(%r1)
	ld	%r21, 280(%r1)
	ld	%r22, 288(%r1)
	ld	%r23, 296(%r1)
	ld	%r24, 304(%r1)
	ld	%r25, 312(%r1)
	ld	%r26, 320(%r1)
	ld	%r27, 328(%r1)
	ld	%r28, 336(%r1)
	ld	%r29, 344(%r1)
	ld	%r30, 352(%r1)
	ld	%r31, 360(%r1)
	restore_vector 20, 32
	restore_vector 21, 48
	restore_vector 22, 64
	restore_vector 23, 80
	restore_vector 24, 96
	restore_vector 25, 112
	restore_vector 26, 128
	restore_vector 27, 144
	restore_vector 28, 160
	restore_vector 29, 176
	restore_vector 30, 192
	restore_vector 31, 208
	ld	%r2, 24(%r1)
	addi	%r1, %r1, 528
	.cfi_def_cfa_offset 0
	.cfi_restore r14
	.cfi_restore r15
	.cfi_restore r16
	.cfi_restore r17
	.cfi_restore r18
	.cfi_restore r19
	.cfi_restore r20
	.cfi_restore r21
	.cfi_restore r22
	.cfi_restore r23
	.cfi_restore r24
	.cfi_restore r25
	.cfi_restore r26
	.cfi_restore r27
	.cfi_restore r28
	.cfi_restore r29
	.cfi_restore r30
	.cfi_restore r31
	.cfi_restore f14
	.cfi_restore f15
	.cfi_restore f16
	.cfi_restore f17
	.cfi_restore f18
	.cfi_restore f19
	.cfi_restore f20
	.cfi_restore f21
	.cfi_restore f22
	.cfi_restore f23
	.cfi_restore f24
	.cfi_restore f25
	.cfi_restore f26
	.cfi_restore f27
	.cfi_restore f28
	.cfi_restore f29
	.cfi_restore f30
	.cfi_restore f31
	.cfi_restore v20
	.cfi_restore v21
	.cfi_restore v22
	.cfi_restore v23
	.cfi_restore v24
	.cfi_restore v25
	.cfi_restore v26
	.cfi_restore v27
	.cfi_restore v28
	.cfi_restore v29
	.cfi_restore v30
	.cfi_restore v31
	lwz	%r12, 8(%r1)
	mtcrf	0x38, %r12
	.cfi_restore 70
	ld	%r0, 16(%r1)
	mtlr	%r0
	.cfi_restore lr
	blr
	.cfi_endproc
	.size	switch_stack, . - switch_stack

/* fpscr 0 is round to nearest, no traps: the state at process entry. r2 is this object's, since
 * tasklet_enter, called within the object, wants to find it. */
	.globl	switch_forge
	.hidden	switch_forge
	.type	switch_forge, @function
	.p2align 4
switch_forge:
	.cfi_startproc
0:	addis	%r2, %r12, .TOC.-0b@ha
	addi	%r2, %r2, .TOC.-0b@l
	.localentry switch_forge, .-switch_forge
	li	%r0, 0
	li	%r4, 592 / 8
	mtctr	%r4
1:	stdu	%r0, -8(%r3)
	bdnz	1b
	addis	%r4, %r2, switch_entry@toc@ha
	addi	%r4, %r4, switch_entry@toc@l
	std	%r4, 544(%r3)
	std	%r2, 24(%r3)
	blr
	.cfi_endproc
	.size	switch_forge, . - switch_forge

/* An unwinder looks up the address before a return address; the nop keeps it in this function also
 * for the forged frame, whose return address is switch_entry itself. */
	.globl	switch_entry
	.hidden	switch_entry
	.type	switch_entry, @function
	.p2align 4
	.cfi_startproc
	.cfi_undefined lr
	nop
switch_entry:
	bl	tasklet_enter
	nop
	trap
	.cfi_endproc
	.size	switch_entry, . - switch_entry

	.section .note.GNU-stack, "", @progbits
