/* SPDX-License-Identifier: MIT */
/*
 * probe_ppc64le.S - fills and reads back the registers that a call keeps on 64-bit Power. The contract
 * stands in probe.h; the list is that of libtrace/arch/switch_ppc64le.S.
 */
	.machine "power8"
	.text
	.globl	probe_registers
	.type	probe_registers, @function
	.p2align 4
probe_registers:
	mflr	%r0
	std	%r0, 16(%r1)
	mfcr	%r12
	stw	%r12, 8(%r1)
	stdu	%r1, -544(%r1)
	std	%r2, 24(%r1)
	std	%r4, 520(%r1)
	li	%r11, 32
	stvx	%v20, %r11, %r1
	li	%r11, 48
	stvx	%v21, %r11, %r1
	li	%r11, 64
	stvx	%v22, %r11, %r1
	li	%r11, 80
	stvx	%v23, %r11, %r1
	li	%r11, 96
	stvx	%v24, %r11, %r1
	li	%r11, 112
	stvx	%v25, %r11, %r1
	li	%r11, 128
	stvx	%v26, %r11, %r1
	li	%r11, 144
	stvx	%v27, %r11, %r1
	li	%r11, 160
	stvx	%v28, %r11, %r1
	li	%r11, 176
	stvx	%v29, %r11, %r1
	li	%r11, 192
	stvx	%v30, %r11, %r1
	li	%r11, 208
	stvx	%v31, %r11, %r1
	std	%r14, 224(%r1)
	std	%r15, 232(%r1)
	std	%r16, 240(%r1)
	std	%r17, 248(%r1)
	std	%r18, 256(%r1)
	std	%r19, 264(%r1)
	std	%r20, 272(%r1)
	std	%r21, 280(%r1)
	std	%r22, 288(%r1)
	std	%r23, 296(%r1)
	std	%r24, 304(%r1)
	std	%r25, 312(%r1)
	std	%r26, 320(%r1)
	std	%r27, 328(%r1)
	std	%r28, 336(%r1)
	std	%r29, 344(%r1)
	std	%r30, 352(%r1)
	std	%r31, 360(%r1)
	stfd	%f14, 368(%r1)
	stfd	%f15, 376(%r1)
	stfd	%f16, 384(%r1)
	stfd	%f17, 392(%r1)
	stfd	%f18, 400(%r1)
	stfd	%f19, 408(%r1)
	stfd	%f20, 416(%r1)
	stfd	%f21, 424(%r1)
	stfd	%f22, 432(%r1)
	stfd	%f23, 440(%r1)
	stfd	%f24, 448(%r1)
	stfd	%f25, 456(%r1)
	stfd	%f26, 464(%r1)
	stfd	%f27, 472(%r1)
	stfd	%f28, 480(%r1)
	stfd	%f29, 488(%r1)
	stfd	%f30, 496(%r1)
	stfd	%f31, 504(%r1)
	mffs	%f0
	stfd	%f0, 512(%r1)
	li	%r11, 288
	lvx	%v20, %r11, %r3
	li	%r11, 304
	lvx	%v21, %r11, %r3
	li	%r11, 320
	lvx	%v22, %r11, %r3
	li	%r11, 336
	lvx	%v23, %r11, %r3
	li	%r11, 352
	lvx	%v24, %r11, %r3
	li	%r11, 368
	lvx	%v25, %r11, %r3
	li	%r11, 384
	lvx	%v26, %r11, %r3
	li	%r11, 400
	lvx	%v27, %r11, %r3
	li	%r11, 416
	lvx	%v28, %r11, %r3
	li	%r11, 432
	lvx	%v29, %r11, %r3
	li	%r11, 448
	lvx	%v30, %r11, %r3
	li	%r11, 464
	lvx	%v31, %r11, %r3
	ld	%r14, 0(%r3)
	ld	%r15, 8(%r3)
	ld	%r16, 16(%r3)
	ld	%r17, 24(%r3)
	ld	%r18, 32(%r3)
	ld	%r19, 40(%r3)
	ld	%r20, 48(%r3)
	ld	%r21, 56(%r3)
	ld	%r22, 64(%r3)
	ld	%r23, 72(%r3)
	ld	%r24, 80(%r3)
	ld	%r25, 88(%r3)
	ld	%r26, 96(%r3)
	ld	%r27, 104(%r3)
	ld	%r28, 112(%r3)
	ld	%r29, 120(%r3)
	ld	%r30, 128(%r3)
	ld	%r31, 136(%r3)
	lfd	%f14, 144(%r3)
	lfd	%f15, 152(%r3)
	lfd	%f16, 160(%r3)
	lfd	%f17, 168(%r3)
	lfd	%f18, 176(%r3)
	lfd	%f19, 184(%r3)
	lfd	%f20, 192(%r3)
	lfd	%f21, 200(%r3)
	lfd	%f22, 208(%r3)
	lfd	%f23, 216(%r3)
	lfd	%f24, 224(%r3)
	lfd	%f25, 232(%r3)
	lfd	%f26, 240(%r3)
	lfd	%f27, 248(%r3)
	lfd	%f28, 256(%r3)
	lfd	%f29, 264(%r3)
	lfd	%f30, 272(%r3)
	lfd	%f31, 280(%r3)
	ld	%r11, 480(%r3)
	mtcrf	0x38, %r11
	lfd	%f0, 488(%r3)
	mtfsf	255, %f0, 1, 0
	ld	%r3, 0(%r5)
	ld	%r4, 8(%r5)
	ld	%r5, 16(%r5)
	bl	switch_stack
	nop
	ld	%r2, 24(%r1)
	ld	%r3, 520(%r1)
	li	%r11, 288
	stvx	%v20, %r11, %r3
	li	%r11, 304
	stvx	%v21, %r11, %r3
	li	%r11, 320
	stvx	%v22, %r11, %r3
	li	%r11, 336
	stvx	%v23, %r11, %r3
	li	%r11, 352
	stvx	%v24, %r11, %r3
	li	%r11, 368
	stvx	%v25, %r11, %r3
	li	%r11, 384
	stvx	%v26, %r11, %r3
	li	%r11, 400
	stvx	%v27, %r11, %r3
	li	%r11, 416
	stvx	%v28, %r11, %r3
	li	%r11, 432
	stvx	%v29, %r11, %r3
	li	%r11, 448
	stvx	%v30, %r11, %r3
	li	%r11, 464
	stvx	%v31, %r11, %r3
	std	%r14, 0(%r3)
	std	%r15, 8(%r3)
	std	%r16, 16(%r3)
	std	%r17, 24(%r3)
	std	%r18, 32(%r3)
	std	%r19, 40(%r3)
	std	%r20, 48(%r3)
	std	%r21, 56(%r3)
	std	%r22, 64(%r3)
	std	%r23, 72(%r3)
	std	%r24, 80(%r3)
	std	%r25, 88(%r3)
	std	%r26, 96(%r3)
	std	%r27, 104(%r3)
	std	%r28, 112(%r3)
	std	%r29, 120(%r3)
	std	%r30, 128(%r3)
	std	%r31, 136(%r3)
	stfd	%f14, 144(%r3)
	stfd	%f15, 152(%r3)
	stfd	%f16, 160(%r3)
	stfd	%f17, 168(%r3)
	stfd	%f18, 176(%r3)
	stfd	%f19, 184(%r3)
	stfd	%f20, 192(%r3)
	stfd	%f21, 200(%r3)
	stfd	%f22, 208(%r3)
	stfd	%f23, 216(%r3)
	stfd	%f24, 224(%r3)
	stfd	%f25, 232(%r3)
	stfd	%f26, 240(%r3)
	stfd	%f27, 248(%r3)
	stfd	%f28, 256(%r3)
	stfd	%f29, 264(%r3)
	stfd	%f30, 272(%r3)
	stfd	%f31, 280(%r3)
	mfcr	%r11
	rlwinm	%r11, %r11, 0, 8, 19
	std	%r11, 480(%r3)
	mffs	%f0
	stfd	%f0, 488(%r3)
	lfd	%f0, 512(%r1)
	mtfsf	255, %f0, 1, 0
	li	%r11, 32
	lvx	%v20, %r11, %r1
	li	%r11, 48
	lvx	%v21, %r11, %r1
	li	%r11, 64
	lvx	%v22, %r11, %r1
	li	%r11, 80
	lvx	%v23, %r11, %r1
	li	%r11, 96
	lvx	%v24, %r11, %r1
	li	%r11, 112
	lvx	%v25, %r11, %r1
	li	%r11, 128
	lvx	%v26, %r11, %r1
	li	%r11, 144
	lvx	%v27, %r11, %r1
	li	%r11, 160
	lvx	%v28, %r11, %r1
	li	%r11, 176
	lvx	%v29, %r11, %r1
	li	%r11, 192
	lvx	%v30, %r11, %r1
	li	%r11, 208
	lvx	%v31, %r11, %r1
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
	addi	%r1, %r1, 544
	lwz	%r12, 8(%r1)
	mtcrf	0x38, %r12
	ld	%r0, 16(%r1)
	mtlr	%r0
	blr
	.size	probe_registers, . - probe_registers

	.section .rodata
	.globl	probe_names
	.type	probe_names, @object
probe_names:
	.ascii	"r14 r15 r16 r17 r18 r19 r20 r21 r22 r23 r24 r25 r26 r27 r28 r29 r30 r31 f14 f15 "
	.ascii	"f16 f17 f18 f19 f20 f21 f22 f23 f24 f25 f26 f27 f28 f29 f30 f31 v20 v20 v21 v21 "
	.ascii	"v22 v22 v23 v23 v24 v24 v25 v25 v26 v26 v27 v27 v28 v28 v29 v29 v30 v30 v31 v31 "
	.asciz	"cr fpscr"
	.size	probe_names, . - probe_names

	.p2align 3
	.globl	probe_controls
	.type	probe_controls, @object
probe_controls:
	.quad	0x00123000, 0, 0x00456000, 1, 0x0089a000, 2, 0x00fed000, 3
	.size	probe_controls, . - probe_controls

	.section .note.GNU-stack, "", @progbits
