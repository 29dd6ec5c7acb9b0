"""Qabyldau: BPMN-driven process automation of appeals, complaints and personal reception."""
