#include "go_asm.h"
#include "textflag.h"

// func addAVX2(j *job)
//
// A vec is two registers of four. R10 and R12 are at and phi, BX is the place of a question, Y14 and Y15 are u.
TEXT ·addAVX2(SB), NOSPLIT, $0-8
	MOVQ j+0(FP), DI
	MOVQ job_at(DI), R10
	MOVQ job_phi(DI), R12
	MOVQ job_terms(DI), R13
	MOVQ job_says(DI), R9
	MOVQ job_u(DI), AX
	VMOVUPD (AX), Y14
	VMOVUPD 32(AX), Y15

	// p of the roots
	MOVQ job_share(DI), AX
	VMOVUPD (AX), Y0
	VMOVUPD 32(AX), Y1
	MOVQ R10, AX
	MOVQ job_nRoots(DI), CX
root:
	VMOVUPD Y0, (AX)
	VMOVUPD Y1, 32(AX)
	ADDQ $64, AX
	DECQ CX
	JNZ root

	// down: p of the ways from each split
	MOVQ job_splits(DI), SI
	MOVQ job_nSplits(DI), R8
	XORQ BX, BX
down:
	MOVBLZX (R9), AX
	MOVL AX, CX
	ANDL $1, CX
	VBROADCASTSD split_share(SI)(CX*8), Y0
	TESTL $4, AX
	JNZ downAgain
	VMULPD Y14, Y0, Y1
	VMULPD Y15, Y0, Y2
downGo:
	VMOVUPD (R10)(BX*1), Y3
	VMOVUPD 32(R10)(BX*1), Y4
	VMULPD Y3, Y1, Y1
	VMULPD Y4, Y2, Y2
	VSUBPD Y1, Y3, Y3
	VSUBPD Y2, Y4, Y4
	MOVQ split_to(SI), DX
	SHLL $5, CX
	RORQ CX, DX
	MOVL DX, CX
	SHRQ $32, DX
	VMOVUPD Y1, (R10)(CX*1)
	VMOVUPD Y2, 32(R10)(CX*1)
	VMOVUPD Y3, (R10)(DX*1)
	VMOVUPD Y4, 32(R10)(DX*1)
	ADDQ $split__size, SI
	INCQ R9
	ADDQ $64, BX
	DECQ R8
	JNZ down
	JMP ends
downAgain:
	MOVL split_again(SI), DX
	XORL R15, R15
	TESTL $2, AX
	CMOVLNE R15, DX
	VMULPD (R13)(DX*1), Y0, Y1
	VMULPD 32(R13)(DX*1), Y0, Y2
	JMP downGo

ends:
	// q of the leaves is what they pay
	MOVQ job_nSplits(DI), AX
	ADDQ job_nEnds(DI), AX
	SHLQ $6, AX
	ADDQ R10, AX
	MOVQ job_leaves(DI), DX
	MOVQ job_nLeaves(DI), CX
leaf:
	VBROADCASTSD (DX), Y0
	VMOVUPD Y0, (AX)
	VMOVUPD Y0, 32(AX)
	ADDQ $8, DX
	ADDQ $64, AX
	DECQ CX
	JNZ leaf

	MOVQ job_ends(DI), AX
	MOVQ job_nEnds(DI), R8
end:
	MOVBLZX (R9), CX
	SHLL $4, CX
	VBROADCASTF128 end_pays(AX)(CX*1), Y1
	VPERMILPD $0, Y1, Y0
	VPERMILPD $15, Y1, Y1
	MOVL end_column(AX), DX
	VMULPD Y14, Y1, Y2
	VMULPD Y15, Y1, Y3
	VSUBPD Y2, Y0, Y4
	VSUBPD Y3, Y0, Y5
	VMULPD (R10)(BX*1), Y2, Y2
	VMULPD 32(R10)(BX*1), Y3, Y3
	VMOVUPD Y4, (R10)(BX*1)
	VMOVUPD Y5, 32(R10)(BX*1)
	VADDPD (R12)(DX*1), Y2, Y2
	VADDPD 32(R12)(DX*1), Y3, Y3
	VMOVUPD Y2, (R12)(DX*1)
	VMOVUPD Y3, 32(R12)(DX*1)
	ADDQ $end__size, AX
	INCQ R9
	ADDQ $64, BX
	DECQ R8
	JNZ end

	// up: q of each split
	MOVQ job_nSplits(DI), R8
	MOVQ R8, BX
	SHLQ $6, BX
	MOVQ job_says(DI), R9
up:
	SUBQ $split__size, SI
	SUBQ $64, BX
	MOVBLZX -1(R9)(R8*1), AX
	MOVL AX, CX
	ANDL $1, CX
	VBROADCASTSD split_share(SI)(CX*8), Y0
	MOVQ split_to(SI), DX
	SHLL $5, CX
	RORQ CX, DX
	MOVL DX, CX
	SHRQ $32, DX
	VMOVUPD (R10)(DX*1), Y3
	VMOVUPD 32(R10)(DX*1), Y4
	VSUBPD (R10)(CX*1), Y3, Y5
	VSUBPD 32(R10)(CX*1), Y4, Y6
	TESTL $4, AX
	JNZ upAgain
	VMULPD Y14, Y0, Y1
	VMULPD Y15, Y0, Y2
	VMULPD Y5, Y1, Y1
	VMULPD Y6, Y2, Y2
	VSUBPD Y1, Y3, Y3
	VSUBPD Y2, Y4, Y4
	VMULPD (R10)(BX*1), Y1, Y1
	VMULPD 32(R10)(BX*1), Y2, Y2
	VMOVUPD Y3, (R10)(BX*1)
	VMOVUPD Y4, 32(R10)(BX*1)
upGo:
	MOVL split_column(SI), DX
	VADDPD (R12)(DX*1), Y1, Y1
	VADDPD 32(R12)(DX*1), Y2, Y2
	VMOVUPD Y1, (R12)(DX*1)
	VMOVUPD Y2, 32(R12)(DX*1)
	DECQ R8
	JNZ up
	VZEROUPPER
	RET
upAgain:
	MOVL split_again(SI), DX
	XORL R15, R15
	TESTL $2, AX
	CMOVLNE R15, DX
	VMULPD (R13)(DX*1), Y0, Y1
	VMULPD 32(R13)(DX*1), Y0, Y2
	VMULPD Y5, Y1, Y1
	VMULPD Y6, Y2, Y2
	VSUBPD Y1, Y3, Y3
	VSUBPD Y2, Y4, Y4
	VMULPD (R10)(BX*1), Y1, Y1
	VMULPD 32(R10)(BX*1), Y2, Y2
	VMOVUPD Y3, (R10)(BX*1)
	VMOVUPD Y4, 32(R10)(BX*1)
	VMULPD 64(R13)(DX*1), Y1, Y1
	VMULPD 96(R13)(DX*1), Y2, Y2
	JMP upGo
