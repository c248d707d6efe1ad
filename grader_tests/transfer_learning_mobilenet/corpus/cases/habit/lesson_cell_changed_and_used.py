"""
title = "a lesson cell is changed to keep the best accuracy, and exercise 3 prints it"
kind = "habit"
fails = []
state = "graded"

[[edit]]
cell = "fine_tuning"
old = "for layer in base_model.layers[:fine_tune_at]:"
new = '''
print(f'{best:.2f}')
for layer in base_model.layers[:fine_tune_at]:'''

[[notebook]]
op = "edit_source"
cell = "7-1-compile-and-train-4"
source = '''
initial_epochs = lab_setup.epochs(5)
history = model2.fit(train_dataset, validation_data=validation_dataset, epochs=initial_epochs)
best = max(history.history["val_accuracy"])'''
"""
